package io.strongroom.audit;

import io.strongroom.base.PlatformException;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.WriteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the checkpoints of a log cosigned by witnesses, beside the log's own work: appends never wait
 * for it.
 *
 * <p>Each round takes the log's newest checkpoint and asks every witness with the proof that it
 * continues the one that the witness cosigned last. Answers are verified. When they make the quorum
 * of the policy, the checkpoint is stored, with their lines behind its own, as the object {@value
 * #NAME} beside the log's others, in the place of an older one. So {@value #NAME} satisfies keyring
 * and policy, and only grows.
 *
 * <p>By itself it fails open: while the quorum is missing, the log goes on, a warning is logged
 * after each round, {@link #failures} tells the reasons, and {@link AuditVerifier} with the policy
 * says how far the witnesses came. A caller to whom that is not enough waits, say at the end of a
 * run, with {@link #require}, which fails closed.
 *
 * <p>Safe for use by several threads. The caller closes it.
 */
public final class WitnessedCheckpoints implements AutoCloseable {
  static final String NAME = "witnessed";

  private static final Logger LOG = LoggerFactory.getLogger(WitnessedCheckpoints.class);
  private static final int MAX_TRIES = 4;

  private final AuditLog log;
  private final LogObjects objects;
  private final CheckpointTrust trust;
  private final CheckpointPolicy policy;
  private final List<Witness> witnesses;

  /** Held during a round. */
  private final ReentrantLock asking = new ReentrantLock();

  /** What each witness is known to have cosigned last. */
  private final Map<Witness, Long> sizes = new HashMap<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Map<String, AuditException> failures = Map.of();
  private @Nullable Checkpoint newest;
  private @Nullable Thread thread;
  private boolean closed;

  /**
   * Asks nobody yet.
   *
   * @param log whose checkpoints are cosigned
   * @param store where its objects are; of a local log, a local store over its folder {@code log}
   * @param prefix as the log has it; of a local log, empty
   * @param origin name of the log
   * @param keyring whose keys sign the log
   * @param policy whose witnesses are believed and whose quorum is needed
   * @param witnesses who is asked, in this order
   * @throws AuditException LOG_NAME_REFUSED for the prefix or the origin
   */
  public WitnessedCheckpoints(
      AuditLog log,
      ObjectStore store,
      String prefix,
      String origin,
      Keyring keyring,
      CheckpointPolicy policy,
      List<Witness> witnesses) {
    this.log = Objects.requireNonNull(log, "log");
    this.objects = new LogObjects(store, prefix);
    this.policy = Objects.requireNonNull(policy, "policy");
    this.trust = new CheckpointTrust(origin, keyring, policy);
    this.witnesses = List.copyOf(witnesses);
  }

  /**
   * Starts a thread that has the newest checkpoint cosigned from time to time.
   *
   * @param interval between two rounds
   * @throws IllegalStateException when it was started or closed before
   */
  public void start(Duration interval) {
    lock.lock();
    try {
      if (closed || thread != null) {
        throw new IllegalStateException("started or closed before");
      }
      thread = new Thread(() -> run(interval.toNanos()), "strongroom-audit-witnesses");
      thread.setDaemon(true);
      thread.start();
    } finally {
      lock.unlock();
    }
  }

  private void run(long interval) {
    while (true) {
      try {
        cosign();
      } catch (RuntimeException failure) {
        LOG.atWarn()
            .addKeyValue("event", "audit.witnessing-failed")
            .addKeyValue("origin", trust.origin())
            .addKeyValue(
                "code",
                failure instanceof PlatformException known
                    ? known.code().id()
                    : failure.getClass().getName())
            .log("the newest checkpoint is not cosigned by a quorum of witnesses");
      }
      lock.lock();
      try {
        long left = interval;
        while (!closed && left > 0) {
          left = changed.awaitNanos(left);
        }
        if (closed) {
          return;
        }
      } catch (InterruptedException ended) {
        return;
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * Has the log's newest checkpoint cosigned: one round.
   *
   * @return that checkpoint with the lines of the witnesses; it is stored
   * @throws AuditException QUORUM_MISSING when too few witnesses cosigned it, {@link #failures}
   *     tells why; WITNESS_CONFLICT when a witness has seen a tree that this one does not continue;
   *     what the log and the store throw
   */
  public Checkpoint cosign() {
    asking.lock();
    try {
      Checkpoint checkpoint = log.checkpoint();
      Map<String, AuditException> failed = new LinkedHashMap<>();
      List<String> lines = new ArrayList<>();
      for (Witness witness : witnesses) {
        try {
          lines.addAll(ask(witness, checkpoint));
        } catch (AuditException failure) {
          failed.put(witness.name(), failure);
        }
      }
      setFailures(failed);
      for (AuditException failure : failed.values()) {
        if (failure.code() == AuditErrorCode.WITNESS_CONFLICT) {
          throw failure;
        }
      }
      Checkpoint cosigned = CheckpointNote.withLines(checkpoint, lines);
      Checkpoint believed = trust.verify(cosigned.note());
      publish(believed);
      setNewest(believed);
      return believed;
    } finally {
      asking.unlock();
    }
  }

  /** The verified lines of a witness, behind the proof that it asks for. */
  private List<String> ask(Witness witness, Checkpoint checkpoint) {
    long old = sizes.getOrDefault(witness, 0L);
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      if (old > checkpoint.size()) {
        sizes.put(witness, old);
        throw new AuditException(
            AuditErrorCode.WITNESS_CONFLICT,
            "witness "
                + witness.name()
                + " has seen "
                + old
                + " entries of a log that now has "
                + checkpoint.size());
      }
      List<byte[]> proof =
          old == 0 || old == checkpoint.size()
              ? List.of()
              : log.consistencyProof(old, checkpoint.size());
      Witness.Answer answer = witness.addCheckpoint(old, proof, checkpoint);
      if (answer instanceof Witness.Answer.Cosigned cosigned) {
        List<String> lines = believed(witness, cosigned.lines(), checkpoint);
        sizes.put(witness, checkpoint.size());
        return lines;
      }
      old = ((Witness.Answer.OtherSize) answer).size();
    }
    throw new AuditException(
        AuditErrorCode.WITNESS_UNAVAILABLE,
        "witness " + witness.name() + " was given other checkpoints all the time");
  }

  /** The lines of keys that the policy has as witnesses; others are ignored. */
  private List<String> believed(Witness witness, String answered, Checkpoint checkpoint) {
    List<String> lines = new ArrayList<>();
    try {
      for (CheckpointNote.Line line : CheckpointNote.parseLines(answered)) {
        for (CheckpointPolicy.Witnessing known : policy.witnesses()) {
          if (known.key().isNamed(line.name(), line.id())) {
            if (!known.key().verifies(checkpoint, line.signature())
                || NoteKey.time(line.signature()) == 0) {
              throw new AuditException(
                  AuditErrorCode.WITNESS_REFUSED,
                  "witness " + witness.name() + " answered with a wrong signature");
            }
            lines.add(CheckpointNote.line(known.key(), line.signature()));
          }
        }
      }
    } catch (AuditException malformed) {
      throw malformed.code() == AuditErrorCode.WITNESS_REFUSED
          ? malformed
          : new AuditException(
              AuditErrorCode.WITNESS_REFUSED,
              "witness " + witness.name() + " answered with what are no signatures",
              malformed);
    }
    if (lines.isEmpty()) {
      throw new AuditException(
          AuditErrorCode.WITNESS_REFUSED,
          "witness " + witness.name() + " answered without a signature of a key of the policy");
    }
    return lines;
  }

  /** Stores a cosigned checkpoint in the place of an older one. */
  private void publish(Checkpoint cosigned) {
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      Optional<StoredObject> stored = objects.get(NAME);
      if (stored.isPresent()) {
        Checkpoint there = trust.verifyLog(stored.get().content()).checkpoint();
        if (there.size() > cosigned.size()) {
          return;
        }
        if (there.size() == cosigned.size() && !Arrays.equals(there.root(), cosigned.root())) {
          throw LogGrowth.inconsistent(NAME, "it has another root than the checkpoint");
        }
      }
      WriteResult result =
          objects.write(NAME, cosigned.note(), stored.map(StoredObject::etag).orElse(null));
      if (result instanceof WriteResult.Won) {
        return;
      }
      LogObjects.pause(tries);
    }
    throw new AuditException(
        AuditErrorCode.STORE_UNDECIDED, NAME + " was neither replaced nor another one there");
  }

  private void setFailures(Map<String, AuditException> failed) {
    lock.lock();
    try {
      failures = Map.copyOf(failed);
    } finally {
      lock.unlock();
    }
  }

  private void setNewest(Checkpoint cosigned) {
    lock.lock();
    try {
      newest = cosigned;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The newest checkpoint that a quorum cosigned for this instance; empty when none did yet. */
  public Optional<Checkpoint> newest() {
    lock.lock();
    try {
      return Optional.ofNullable(newest);
    } finally {
      lock.unlock();
    }
  }

  /** What each witness failed with in the last round, by its name; empty when all cosigned. */
  public Map<String, AuditException> failures() {
    lock.lock();
    try {
      return failures;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Makes sure that a quorum of witnesses has cosigned so many entries, in rounds of its own.
   *
   * @param size how many entries, of which the log has as many
   * @param timeout how long to try
   * @return a checkpoint of that size or more, cosigned and stored
   * @throws AuditException QUORUM_MISSING or WITNESS_CONFLICT when it is not so in time
   */
  public Checkpoint require(long size, Duration timeout) {
    long end = System.nanoTime() + timeout.toNanos();
    for (int tries = 0; ; tries++) {
      Checkpoint cosigned = newest().orElse(null);
      if (cosigned != null && cosigned.size() >= size) {
        return cosigned;
      }
      try {
        cosigned = cosign();
        if (cosigned.size() >= size) {
          return cosigned;
        }
      } catch (AuditException failure) {
        if (failure.code() != AuditErrorCode.QUORUM_MISSING || System.nanoTime() > end) {
          throw failure;
        }
      }
      if (System.nanoTime() > end) {
        throw CheckpointNote.refused(
            AuditErrorCode.QUORUM_MISSING, "the log has fewer entries than are to be witnessed");
      }
      LogObjects.pause(tries);
    }
  }

  /**
   * Ends the thread, after the round that it is in. The store and the witnesses stay as they are.
   */
  @Override
  public void close() {
    Thread running;
    lock.lock();
    try {
      closed = true;
      running = thread;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (running != null) {
      Waiting.forEnd(running);
    }
  }
}
