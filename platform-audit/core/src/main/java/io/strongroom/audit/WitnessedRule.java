package io.strongroom.audit;

import io.strongroom.storage.StoredObject;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a policy asks of the checkpoints of a log: the published one must satisfy it, or, as far as
 * witnesses are missing, an older one that it continues and that the witnesses cosigned.
 */
final class WitnessedRule {
  private static final String NAME = WitnessedCheckpoints.NAME;

  private final LogObjects objects;
  private final CheckpointTrust trust;

  WitnessedRule(LogObjects objects, CheckpointTrust trust) {
    this.objects = objects;
    this.trust = trust;
  }

  /**
   * Judges the checkpoints of a log whose tiles were verified.
   *
   * @param published the published checkpoint, which the keyring believes; null when there is none
   */
  void judge(
      @Nullable Checkpoint published,
      BiConsumer<String, String> wrong,
      BiConsumer<String, String> notice) {
    CheckpointPolicy policy = trust.policy();
    boolean wanted = false;
    if (policy != null && published != null) {
      try {
        policy.require(CheckpointNote.parse(published.note(), trust.origin()));
      } catch (AuditException missing) {
        wanted = missing.code() == AuditErrorCode.QUORUM_MISSING;
        if (!wanted) {
          wrong.accept(LogObjects.CHECKPOINT, problem(missing));
        }
      }
    }
    Optional<StoredObject> stored = read(wrong);
    if (stored.isEmpty()) {
      if (wanted) {
        wrong.accept(NAME, AuditErrorCode.QUORUM_MISSING.id() + ", it is missing");
      }
      return;
    }
    Checkpoint witnessed;
    try {
      witnessed =
          wanted
              ? trust.verify(stored.get().content())
              : trust.verifyLog(stored.get().content()).checkpoint();
    } catch (AuditException refused) {
      wrong.accept(NAME, problem(refused));
      return;
    }
    if (published != null) {
      compare(witnessed, published, wrong);
      if (wanted && witnessed.size() < published.size()) {
        notice.accept(
            NAME,
            "witnesses cosigned " + witnessed.size() + " of " + published.size() + " entries");
      }
    }
  }

  private Optional<StoredObject> read(BiConsumer<String, String> wrong) {
    try {
      return objects.get(NAME);
    } catch (AuditException tooLarge) {
      wrong.accept(NAME, problem(tooLarge));
      return Optional.empty();
    }
  }

  private void compare(
      Checkpoint witnessed, Checkpoint published, BiConsumer<String, String> wrong) {
    if (witnessed.size() > published.size()) {
      // It may have been cosigned while the log was read.
      Checkpoint now = newest();
      if (now == null || witnessed.size() > now.size()) {
        wrong.accept(
            LogObjects.CHECKPOINT,
            "it has " + published.size() + " entries, fewer than were witnessed");
        return;
      }
      compare(witnessed, now, wrong);
      return;
    }
    if (witnessed.size() == 0) {
      return;
    }
    boolean continued;
    try {
      List<byte[]> proof =
          MerkleProofs.consistency(
              witnessed.size(),
              published.size(),
              new TileNodes(objects, LogEdge.stored(published.size())));
      continued =
          MerkleProofs.verifyConsistency(
              witnessed.size(), witnessed.root(), published.size(), published.root(), proof);
    } catch (AuditException gone) {
      Checkpoint now = newest();
      if (now != null && now.size() > published.size()) {
        compare(witnessed, now, wrong); // The log has grown, and its partial tiles with it.
      }
      return; // What is damaged has been named.
    }
    if (!continued) {
      wrong.accept(NAME, "the published checkpoint does not continue it: the log was forked");
    }
  }

  private @Nullable Checkpoint newest() {
    try {
      return trust.verifyLog(objects.require(LogObjects.CHECKPOINT)).checkpoint();
    } catch (AuditException damaged) {
      return null;
    }
  }

  private static String problem(AuditException refused) {
    return refused.code().id() + ", " + refused.getMessage();
  }
}
