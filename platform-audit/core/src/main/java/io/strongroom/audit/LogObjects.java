package io.strongroom.audit;

import io.strongroom.base.JsonValue;
import io.strongroom.base.PlatformException;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectKeys;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.WriteResult;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The objects of one log, by their names below its prefix. */
final class LogObjects {
  static final String CHECKPOINT = "checkpoint";
  private static final Logger LOG = LoggerFactory.getLogger(LogObjects.class);
  private static final int TRIES = 6;
  private static final int PAGE = 1000;

  private final ObjectStore store;
  private final String prefix;

  LogObjects(ObjectStore store, String prefix) {
    this.store = Objects.requireNonNull(store, "store");
    this.prefix = prefix;
    if (!prefix.isEmpty() && !prefix.endsWith("/")) {
      throw new AuditException(
          AuditErrorCode.LOG_NAME_REFUSED, "the prefix must be empty or end with a slash");
    }
    try {
      ObjectKeys.require(
          prefix + JournalObject.name(JsonValue.MAX_INTEGER, new byte[MerkleProofs.HASH_BYTES]));
    } catch (StorageException refused) {
      throw new AuditException(
          AuditErrorCode.LOG_NAME_REFUSED, "the prefix: " + refused.getMessage(), refused);
    }
  }

  /**
   * Reads an object.
   *
   * @throws AuditException OBJECT_DAMAGED when it is too large to be of a log
   */
  Optional<StoredObject> get(String name) {
    try {
      return store.get(prefix + name);
    } catch (StorageException failure) {
      if (failure.code() == StorageErrorCode.OBJECT_TOO_LARGE) {
        throw new AuditException(
            AuditErrorCode.OBJECT_DAMAGED, name + ": it is too large to be of a log", failure);
      }
      throw failure;
    }
  }

  /**
   * Reads an object that must be there.
   *
   * @throws AuditException OBJECT_DAMAGED when it is not
   */
  byte[] require(String name) {
    return get(name).map(StoredObject::content).orElseThrow(() -> damaged(name, "it is missing"));
  }

  WriteResult create(String name, byte[] bytes) {
    return store.putIfAbsent(prefix + name, bytes);
  }

  /** Replaces the object of this tag, or creates it where the tag is null. */
  WriteResult write(String name, byte[] bytes, @Nullable String etag) {
    return etag == null ? create(name, bytes) : store.putIfMatch(prefix + name, bytes, etag);
  }

  /**
   * Sees to it that an object has these bytes. Every writer writes the same bytes under one name.
   *
   * @throws AuditException OBJECT_DAMAGED when it has others
   */
  void keep(String name, byte[] bytes) {
    for (int tries = 0; tries < TRIES; tries++) {
      if (create(name, bytes) instanceof WriteResult.Won) {
        return;
      }
      Optional<StoredObject> there = get(name);
      if (there.isPresent()) {
        if (Arrays.equals(there.get().content(), bytes)) {
          return;
        }
        throw damaged(name, "it holds other bytes than the entries lead to");
      }
      pause(tries);
    }
    throw new AuditException(
        AuditErrorCode.STORE_UNDECIDED, name + " was neither kept nor refused");
  }

  /** Sees to it that a tile or bundle is stored; as the other method. */
  void keep(TilePath path, byte[] bytes) {
    keep(path.name(), bytes);
  }

  void delete(String name) {
    store.delete(prefix + name);
  }

  boolean hasAny(String namePrefix) {
    return !store.list(prefix + namePrefix, null, 1).isEmpty();
  }

  /** Names that start so, in order, at most so many. */
  List<String> names(String namePrefix, int limit) {
    return store.list(prefix + namePrefix, null, limit).stream()
        .map(info -> info.key().substring(prefix.length()))
        .toList();
  }

  /** Hands over every name that starts so, in order, a page at a time. */
  void forEach(String namePrefix, Consumer<String> action) {
    forEach(namePrefix, (name, modified) -> action.accept(name));
  }

  /** Hands over also when each object was written, by the store's clock. */
  void forEach(String namePrefix, BiConsumer<String, Instant> action) {
    String after = null;
    while (true) {
      List<ObjectInfo> page = store.list(prefix + namePrefix, after, PAGE);
      for (ObjectInfo info : page) {
        action.accept(info.key().substring(prefix.length()), info.modified());
        after = info.key();
      }
      if (page.size() < PAGE) {
        return;
      }
    }
  }

  /** Waits a random time that doubles, at most a tenth of a second. */
  static void pause(int tries) {
    long longest = TimeUnit.MILLISECONDS.toNanos(Math.min(100, 1L << Math.min(tries, 7)));
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(longest) + 1);
  }

  /** Writes into the process's log that something stays to be done. */
  static void delayed(String event, String origin, RuntimeException failure) {
    LOG.atWarn()
        .addKeyValue("event", event)
        .addKeyValue("origin", origin)
        .addKeyValue(
            "code",
            failure instanceof PlatformException known
                ? known.code().id()
                : failure.getClass().getName())
        .log("what was acknowledged is durable; it is tried again");
  }

  static AuditException damaged(String name, String problem) {
    return new AuditException(AuditErrorCode.OBJECT_DAMAGED, name + ": " + problem);
  }
}
