package io.strongroom.audit;

import io.strongroom.storage.publication.Intent;
import io.strongroom.storage.publication.IntentLog;
import io.strongroom.storage.publication.IntentReceipt;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The intents of publications as events of an audit log.
 *
 * <p>An intent to promote is a {@code RUN_PROMOTING} event, one to roll back a {@code
 * PUBLICATION_ROLLING_BACK} event; retirements, deletions, legal holds and their releases have
 * events of their own; its id stands in the attribute {@code intent}. What was read once is
 * remembered, so that a later {@link #find} reads only what is new. Safe for use by several
 * threads.
 */
public final class AuditIntentLog implements IntentLog {

  /** How many of the newest entries {@link #find} looks at unless told otherwise. */
  public static final long DEFAULT_LOOKBACK = 65_536;

  private static final String INTENDED = "intended";
  private static final String INTENT = "intent";
  private static final String KIND = "kind";
  private static final String PREVIOUS = "previous";

  private final AuditLog log;
  private final long lookback;
  private final Map<String, IntentReceipt> known = new HashMap<>();
  private long scannedFrom;
  private long scannedTo;

  /**
   * Intents in a log, found among its newest {@value #DEFAULT_LOOKBACK} entries.
   *
   * @param log where they stand
   */
  public AuditIntentLog(AuditLog log) {
    this(log, DEFAULT_LOOKBACK);
  }

  /**
   * Intents in a log.
   *
   * @param log where they stand
   * @param lookback how many of the newest entries {@link #find} looks at, at least 1
   */
  public AuditIntentLog(AuditLog log, long lookback) {
    this.log = Objects.requireNonNull(log, "log");
    if (lookback < 1) {
      throw new IllegalArgumentException("lookback must be at least 1");
    }
    this.lookback = lookback;
  }

  /**
   * {@inheritDoc}
   *
   * @throws AuditException as {@link AuditLog#append}
   */
  @Override
  public IntentReceipt append(Intent intent) {
    SortedMap<String, String> attributes = new TreeMap<>();
    attributes.put(INTENT, intent.id());
    attributes.put(KIND, intent.kind());
    intent.previous().ifPresent(digest -> attributes.put(PREVIOUS, digest));
    AuditEvent event =
        AuditEvent.of(
                intent.actor(),
                action(intent.kind()),
                intent.pipeline().path(),
                INTENDED,
                intent.at())
            .withReason(intent.reason())
            .withAttributes(attributes);
    AuditReceipt receipt =
        log.append(intent.run().map(run -> event.withRun(run.value())).orElse(event));
    IntentReceipt mine = new IntentReceipt(receipt.index(), receipt.leafHash());
    synchronized (known) {
      known.putIfAbsent(intent.id(), mine);
    }
    return mine;
  }

  /**
   * Finds an entry of an intent among the newest entries, looking backwards from the end.
   *
   * @param intentId {@link Intent#id}
   * @return the newest of its entries that was not known before, or the one that was; empty when
   *     there is none among the newest entries, however many older ones there are
   */
  @Override
  public Optional<IntentReceipt> find(String intentId) {
    synchronized (known) {
      IntentReceipt before = known.get(intentId);
      if (before != null) {
        return Optional.of(before);
      }
      long size = log.size();
      if (scannedTo == scannedFrom) {
        scannedFrom = size;
        scannedTo = size;
      }
      scan(scannedTo, size);
      scannedTo = size;
      long oldest = Math.max(0, size - lookback);
      while (!known.containsKey(intentId) && scannedFrom > oldest) {
        long from = Math.max(oldest, (scannedFrom - 1) / TilePath.FULL * TilePath.FULL);
        try {
          scan(from, scannedFrom);
        } catch (AuditException failure) {
          if (failure.code() != AuditErrorCode.ENTRY_PRUNED) {
            throw failure;
          }
          break;
        }
        scannedFrom = from;
      }
      return Optional.ofNullable(known.get(intentId));
    }
  }

  /**
   * {@inheritDoc} Of an entry whose contents were pruned only the leaf hash is compared, with the
   * log's tree.
   */
  @Override
  public boolean holds(IntentReceipt receipt, String intentId) {
    try {
      return log.entry(receipt.index())
          .filter(entry -> entry.leafHash().equals(receipt.leafHash()))
          .filter(entry -> intentOf(entry.event()).equals(Optional.of(intentId)))
          .isPresent();
    } catch (AuditException failure) {
      if (failure.code() != AuditErrorCode.ENTRY_PRUNED) {
        throw failure;
      }
      Checkpoint checkpoint = log.checkpoint();
      return MerkleProofs.verifyInclusion(
          HexFormat.of().parseHex(receipt.leafHash()),
          receipt.index(),
          checkpoint.size(),
          log.inclusionProof(receipt.index(), checkpoint.size()),
          checkpoint.root());
    }
  }

  private void scan(long from, long to) {
    if (from >= to) {
      return;
    }
    try (Stream<AuditEntry> entries = log.entries(from).limit(to - from)) {
      entries.forEach(
          entry ->
              intentOf(entry.event())
                  .ifPresent(
                      id ->
                          known.putIfAbsent(
                              id, new IntentReceipt(entry.index(), entry.leafHash()))));
    }
  }

  /**
   * The id of the intent that an event states.
   *
   * @param event any event
   * @return empty when it states none
   */
  public static Optional<String> intentOf(AuditEvent event) {
    SortedMap<String, String> attributes = event.attributes();
    String kind = attributes.getOrDefault(KIND, "");
    return !kind.isEmpty() && event.action().equals(action(kind))
        ? Optional.ofNullable(attributes.get(INTENT))
        : Optional.empty();
  }

  /**
   * Enters how what an intent announced has ended: an event of the same actor, resource, run, kind
   * and id, with the action in the past tense, such as {@code PUBLICATION_ROLLED_BACK}. Calling
   * again enters it again, which changes nothing.
   *
   * @param intent where the intent stands
   * @param outcome how it ended, such as {@code success}; not {@code intended}
   * @param at when
   * @return where the outcome stands
   * @throws AuditException NO_SUCH_ENTRY when no intent stands there; and as {@link
   *     AuditLog#append}
   */
  public AuditReceipt settle(IntentReceipt intent, String outcome, Instant at) {
    if (outcome.equals(INTENDED)) {
      throw new IllegalArgumentException("an outcome is not what was intended");
    }
    AuditEvent announced =
        log.entry(intent.index())
            .filter(entry -> entry.leafHash().equals(intent.leafHash()))
            .map(AuditEntry::event)
            .filter(event -> intentOf(event).isPresent())
            .orElseThrow(
                () ->
                    new AuditException(
                        AuditErrorCode.NO_SUCH_ENTRY,
                        "entry " + intent.index() + " is not that intent"));
    AuditEvent event =
        AuditEvent.of(
                announced.actor(), past(announced.action()), announced.resource(), outcome, at)
            .withAttribute(INTENT, announced.attributes().getOrDefault(INTENT, ""))
            .withAttribute(KIND, announced.attributes().getOrDefault(KIND, ""));
    return log.append(announced.run().map(event::withRun).orElse(event));
  }

  private static String past(String action) {
    return switch (action) {
      case "RUN_PROMOTING" -> "RUN_PROMOTED";
      case "PUBLICATION_ROLLING_BACK" -> "PUBLICATION_ROLLED_BACK";
      case "RETENTION_RETIRING" -> "RETENTION_RETIRED";
      case "RETENTION_DELETING" -> "RETENTION_DELETED";
      case "LEFTOVERS_DELETING" -> "LEFTOVERS_DELETED";
      case "LEGAL_HOLD_PLACING" -> "LEGAL_HOLD_PLACED";
      case "LEGAL_HOLD_RELEASING" -> "LEGAL_HOLD_RELEASED";
      default -> "PUBLICATION_CHANGED";
    };
  }

  private static String action(String kind) {
    return switch (kind) {
      case "PROMOTE" -> "RUN_PROMOTING";
      case "ROLLBACK" -> "PUBLICATION_ROLLING_BACK";
      case "RETIRE" -> "RETENTION_RETIRING";
      case "RETENTION" -> "RETENTION_DELETING";
      case "SWEEP" -> "LEFTOVERS_DELETING";
      case "HOLD" -> "LEGAL_HOLD_PLACING";
      case "RELEASE" -> "LEGAL_HOLD_RELEASING";
      default -> "PUBLICATION_CHANGING";
    };
  }
}
