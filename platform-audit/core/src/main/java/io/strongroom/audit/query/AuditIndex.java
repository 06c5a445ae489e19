package io.strongroom.audit.query;

import io.strongroom.audit.AuditEntry;
import io.strongroom.audit.AuditErrorCode;
import io.strongroom.audit.AuditException;
import io.strongroom.audit.AuditLog;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.WriteResult;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Answers questions about a log without reading all of it: by run, actor, action, resource and
 * time, from objects that are made of the log and can be made again at will.
 *
 * <p>The index only says where to look. Every entry of an answer is read from the log and compared
 * with the question. A part of the index that is missing, damaged, of another log or of another
 * history of this one is not used: its entries are read instead, as are those that came after it.
 * So a whole index makes answers fast, and none, an old or a broken one makes them slow and not
 * wrong. Whoever may write the index on purpose can hide entries from answers, though not from the
 * log: keep it where only its makers write, or use {@link AuditQuery#scan}.
 *
 * <p>The index covers whole segments of {@value IndexSegment#ENTRIES} entries. It holds eight bytes
 * of a digest for each text that can be asked for, and times, and nothing of personal parts. It may
 * lie anywhere: in the log's own store under another prefix, in another store, or in a folder.
 *
 * <p>Safe for use by several threads and processes. Making and using it takes memory for one
 * segment, whatever the size of the log. Methods throw what the log throws and {@link
 * StorageException} when the store does not answer. Source: FORMAT.md, "Index".
 */
public final class AuditIndex {
  private final AuditLog log;
  private final ObjectStore store;
  private final String prefix;

  private final int height;

  /** Number and root of segments that were found to be of the log. */
  private final Set<String> proven = ConcurrentHashMap.newKeySet();

  /**
   * An index of a log.
   *
   * @param log the log; used, not closed
   * @param store where the index is; used, not closed
   * @param prefix what its keys start with: empty, or ending with a slash; not that of the log
   * @throws IllegalArgumentException when the prefix has another form
   */
  public AuditIndex(AuditLog log, ObjectStore store, String prefix) {
    this(log, store, prefix, IndexSegment.HEIGHT);
  }

  AuditIndex(AuditLog log, ObjectStore store, String prefix, int height) {
    this.log = Objects.requireNonNull(log, "log");
    this.store = Objects.requireNonNull(store, "store");
    this.prefix = prefix;
    this.height = height;
    if (!prefix.isEmpty() && !prefix.endsWith("/")) {
      throw new IllegalArgumentException("the prefix must be empty or end with a slash");
    }
  }

  /**
   * An index of a log in a folder of this machine, which is made when it is missing.
   *
   * @param log the log; used, not closed
   * @param folder used for this index alone
   */
  public static AuditIndex inFolder(AuditLog log, Path folder) {
    return new AuditIndex(log, new LocalObjectStore(folder), "");
  }

  /**
   * Adds what the index lacks and makes anew what is damaged or not of this log. Reads every
   * segment of the index, the first time, and of the log only what must be indexed. Cut off
   * anywhere, it goes on from there the next time.
   *
   * @return how many entries the index covers now, from the first on
   */
  public long update() {
    return make(false);
  }

  /**
   * Makes every part of the index anew, from the log.
   *
   * @return how many entries the index covers now, from the first on
   */
  public long rebuild() {
    return make(true);
  }

  private long make(boolean anew) {
    long segments = log.checkpoint().size() >>> height;
    for (long number = 0; number < segments; number++) {
      if (anew || segment(number).isEmpty()) {
        Optional<IndexSegment> segment = read(number);
        if (segment.isPresent()) {
          write(number, segment.get().encode());
        }
      }
    }
    return segments << height;
  }

  /** Makes a segment; empty when contents of its entries were pruned. */
  private Optional<IndexSegment> read(long number) {
    IndexSegment.Builder builder = new IndexSegment.Builder(number << height, height);
    try {
      log.entries(number << height).limit(1L << height).forEachOrdered(builder::add);
    } catch (AuditException failure) {
      if (failure.code() == AuditErrorCode.ENTRY_PRUNED) {
        return Optional.empty();
      }
      throw failure;
    }
    return Optional.of(builder.build());
  }

  private void write(long number, byte[] bytes) {
    String key = key(number);
    for (int tries = 0; tries < 3; tries++) {
      Optional<StoredObject> there = store.get(key);
      if (there.isPresent() && Arrays.equals(there.get().content(), bytes)) {
        return;
      }
      WriteResult result =
          there.isPresent()
              ? store.putIfMatch(key, bytes, there.get().etag())
              : store.putIfAbsent(key, bytes);
      if (result instanceof WriteResult.Won) {
        return;
      }
    }
    throw new StorageException(
        StorageErrorCode.STORE_UNAVAILABLE, "object '" + key + "' was neither kept nor refused");
  }

  /**
   * The entries that a query asks for, of all entries that the log has now.
   *
   * @param query what is asked for
   * @return in the order of the log, each with its index; sequential and lazy, and holds no
   *     resource. Where contents were pruned that may be asked for, it throws ENTRY_PRUNED: ask
   *     from a later index on
   */
  public Stream<AuditEntry> find(AuditQuery query) {
    long size = log.size();
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(
            new Answer(this, log, query, height, size), Spliterator.ORDERED | Spliterator.NONNULL),
        false);
  }

  /** A segment of the index; empty when it is missing, damaged or not of this log. */
  Optional<IndexSegment> segment(long number) {
    long base = number << height;
    Optional<IndexSegment> segment =
        store
            .get(key(number))
            .flatMap(stored -> IndexSegment.decode(stored.content(), base, height));
    if (segment.isEmpty()) {
      return segment;
    }
    long end = base + (1L << height);
    String tag = number + " " + segment.get().root();
    if (!proven.contains(tag)) {
      if (!segment.get().isOf(log.inclusionProof(end - 1, end))) {
        return Optional.empty();
      }
      proven.add(tag);
    }
    return segment;
  }

  private String key(long number) {
    return prefix + String.format(Locale.ROOT, "segment-%012d", number);
  }
}
