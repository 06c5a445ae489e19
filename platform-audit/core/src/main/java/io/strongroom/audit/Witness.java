package io.strongroom.audit;

import java.util.List;
import java.util.Objects;

/**
 * Somebody else who keeps the newest checkpoint of a log that he has seen, and cosigns a newer one
 * only when it continues that (C2SP tlog-witness). So the log cannot be shortened, rewritten or
 * shown differently to different readers without his noticing.
 *
 * <p>Implementations are safe for use by several threads.
 */
public interface Witness {

  /** What the witness is called in messages. */
  String name();

  /**
   * Asks for cosignatures.
   *
   * @param oldSize size of the checkpoint that the witness is believed to have cosigned last; 0
   *     when that is not known
   * @param proof that the checkpoint continues the tree of that size; empty for 0
   * @param checkpoint the checkpoint
   * @return what the witness says; nothing of it is verified yet
   * @throws AuditException WITNESS_UNAVAILABLE, WITNESS_REFUSED or WITNESS_CONFLICT
   */
  Answer addCheckpoint(long oldSize, List<byte[]> proof, Checkpoint checkpoint);

  /** What a witness says. */
  sealed interface Answer {

    /**
     * It has cosigned.
     *
     * @param lines signature lines, each with its end of line
     */
    record Cosigned(String lines) implements Answer {

      /** Checks that they are there. */
      public Cosigned {
        Objects.requireNonNull(lines, "lines");
      }
    }

    /**
     * It has cosigned a checkpoint of another size last.
     *
     * @param size that size
     */
    record OtherSize(long size) implements Answer {

      /** Checks that it is a size. */
      public OtherSize {
        if (size < 0) {
          throw new IllegalArgumentException("size must be 0 or more");
        }
      }
    }
  }
}
