package io.strongroom.audit;

import io.strongroom.base.ErrorCategory;
import io.strongroom.base.PlatformException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one run, numbered from 0 without gaps and closed by an entry that states how many
 * there are and the root over them, so that an outsider can tell that none is missing.
 *
 * <p>A run has one trail, kept by the process that does the run: who goes on with the work of a
 * dead process does so under a new run. A run that died has an unclosed trail. Threads may append
 * at the same time; their entries are numbered in the order in which they came here, which may not
 * be their order in the log. Holds 32 bytes an entry. Safe for use by several threads.
 */
public final class RunTrail {

  /** Action of the entry that closes a trail. */
  public static final String CLOSED = "RUN_CLOSED";

  /** Attribute of the closing entry: number of the entries before it. */
  public static final String ENTRIES = "entries";

  /** Attribute of the closing entry: RFC 6962 root over the leaf hashes in order of number. */
  public static final String ROOT = "root";

  private final AuditLog log;
  private final String run;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<byte @Nullable []> hashes = new ArrayList<>();
  private int waiting;
  private boolean closed;
  private boolean broken;

  /**
   * The trail of a run that has no entries with numbers yet.
   *
   * @param log where its entries go
   * @param run id of the run, which every entry then states
   */
  public RunTrail(AuditLog log, String run) {
    this.log = Objects.requireNonNull(log, "log");
    this.run = Objects.requireNonNull(run, "run");
  }

  /**
   * Appends an event as the next entry of the run.
   *
   * @param event what happened; its run is replaced
   * @return where it stands in the log
   * @throws AuditException as {@link AuditLog#append}. When the event may have been appended, or
   *     was not and another thread has the next number, the trail takes no more entries and cannot
   *     be closed: TRAIL_BROKEN
   * @throws IllegalStateException when the trail is closed
   */
  public AuditReceipt append(AuditEvent event) {
    AuditEvent numbered = number(event);
    int number = Math.toIntExact(numbered.sequence().orElseThrow());
    try {
      AuditReceipt receipt = log.append(numbered);
      settle(() -> hashes.set(number, HexFormat.of().parseHex(receipt.leafHash())));
      return receipt;
    } catch (PlatformException failure) {
      settle(() -> giveUp(number, failure.category()));
      throw failure;
    } catch (RuntimeException | Error failure) {
      settle(() -> broken = true);
      throw failure;
    }
  }

  private AuditEvent number(AuditEvent event) {
    lock.lock();
    try {
      requireOpen();
      AuditEvent numbered = event.numbered(run, hashes.size());
      hashes.add(null);
      waiting++;
      return numbered;
    } finally {
      lock.unlock();
    }
  }

  private void settle(Runnable outcome) {
    lock.lock();
    try {
      waiting--;
      outcome.run();
    } finally {
      lock.unlock();
    }
  }

  /** Takes back the number of an event that was not appended, unless a later one is given out. */
  private void giveUp(int number, ErrorCategory why) {
    boolean appended = why == ErrorCategory.UNKNOWN_OUTCOME || why == ErrorCategory.INTEGRITY;
    if (!appended && number == hashes.size() - 1) {
      hashes.remove(number);
    } else {
      broken = true;
    }
  }

  /**
   * Closes the trail: appends {@value #CLOSED} with the number of entries and their root.
   *
   * @param event who closes the run, how it ended and when; its action, run and the attributes
   *     {@value #ENTRIES} and {@value #ROOT} are replaced
   * @return where the closing entry stands in the log
   * @throws AuditException as {@link AuditLog#append}; TRAIL_BROKEN after a failed append. The
   *     trail takes no more entries then either
   * @throws IllegalStateException when the trail is closed, or a thread is still appending
   */
  public AuditReceipt close(AuditEvent event) {
    lock.lock();
    try {
      requireOpen();
      if (waiting > 0) {
        throw new IllegalStateException("a thread is still appending to the trail");
      }
      closed = true;
      CompactRange range = new CompactRange();
      for (byte[] hash : hashes) {
        range.append(Objects.requireNonNull(hash));
      }
      AuditEvent closing =
          event
              .withAction(CLOSED)
              .withAttribute(ENTRIES, Integer.toString(hashes.size()))
              .withAttribute(ROOT, HexFormat.of().formatHex(range.root()));
      return log.append(closing.numbered(run, hashes.size()));
    } finally {
      lock.unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the trail is closed");
    }
    if (broken) {
      throw new AuditException(
          AuditErrorCode.TRAIL_BROKEN,
          "the trail of run " + run + " has an entry that may not have been appended");
    }
  }
}
