package io.strongroom.storage.model;

import io.strongroom.crypto.Hkdf;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.publication.IntentReceipt;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Everything that is stored at one moment: objects by key, and the ids of intents. Immutable.
 *
 * <p>An object's tag is the number of its content. The index of an intent is made from its id: the
 * protocol never compares indexes, and states that differ only in the order of the log are one.
 */
final class Snapshot {
  private static final String INTENT = "intent ";

  private final Contents contents;

  /** By the number of the key, the number of its content and 1; 0 when there is no such object. */
  private final int[] objects;

  /** The sum of the fingerprints of all objects: the same for every order of writing them. */
  private final Fingerprint fingerprint;

  private Snapshot(Contents contents, int[] objects, Fingerprint fingerprint) {
    this.contents = contents;
    this.objects = objects;
    this.fingerprint = fingerprint;
  }

  static Snapshot empty(Contents contents) {
    return new Snapshot(contents, new int[0], Fingerprint.ZERO);
  }

  Fingerprint fingerprint() {
    return fingerprint;
  }

  /**
   * What follows from an operation.
   *
   * @param after what is stored afterwards
   * @param reply what the actor is told when the reply is not lost
   */
  record Effect(Snapshot after, Reply reply) {}

  Effect apply(Operation operation) {
    if (operation instanceof Operation.Get get) {
      return told(new Reply.Content(content(get.key())));
    } else if (operation instanceof Operation.Head head) {
      return told(
          new Reply.Info(has(head.key()) ? Optional.of(info(head.key())) : Optional.empty()));
    } else if (operation instanceof Operation.ListKeys list) {
      return told(
          new Reply.Listing(
              keys().stream()
                  .filter(key -> key.startsWith(list.prefix()) && key.compareTo(list.after()) > 0)
                  .limit(list.limit())
                  .map(this::info)
                  .toList()));
    } else if (operation instanceof Operation.PutIfAbsent put) {
      return has(put.key()) ? told(new Reply.Lost()) : written(put.key(), put.content());
    } else if (operation instanceof Operation.PutIfMatch put) {
      return !has(put.key()) || !Contents.etag(content(put.key())).equals(put.etag())
          ? told(new Reply.Lost())
          : written(put.key(), put.content());
    } else if (operation instanceof Operation.Put put) {
      return written(put.key(), put.content());
    } else if (operation instanceof Operation.FindIntent find) {
      return told(
          new Reply.Intent(
              hasIntent(find.id()) ? Optional.of(receipt(find.id())) : Optional.empty()));
    } else if (operation instanceof Operation.AppendIntent append) {
      return new Effect(
          with(INTENT + append.id(), 0), new Reply.Intent(Optional.of(receipt(append.id()))));
    }
    if (operation instanceof Operation.HoldsIntent holds) {
      return told(new Reply.Told(holds(holds.receipt(), holds.id())));
    } else if (operation instanceof Operation.Delete delete) {
      if (!isDeletable(delete.key())) {
        throw new Violation("object " + delete.key() + " was deleted");
      }
      return new Effect(has(delete.key()) ? with(delete.key(), -1) : this, new Reply.Deleted());
    }
    throw new AssertionError(operation);
  }

  /** Whether the reply to an operation is the same in every later snapshot, and nothing changes. */
  boolean isSettled(Operation operation) {
    if (operation instanceof Operation.Get get) {
      return isLasting(get.key()) && has(get.key());
    } else if (operation instanceof Operation.Head head) {
      return isLasting(head.key()) && has(head.key());
    } else if (operation instanceof Operation.PutIfAbsent put) {
      return has(put.key());
    } else if (operation instanceof Operation.Put put) {
      return isImmutable(put.key()) && content(put.key()) == put.content();
    } else if (operation instanceof Operation.PutIfMatch put) {
      // No content comes back: the pointer's number only grows.
      return !canStillLand(put);
    } else if (operation instanceof Operation.FindIntent find) {
      return hasIntent(find.id());
    } else if (operation instanceof Operation.HoldsIntent holds) {
      return hasIntent(holds.id());
    } else if (operation instanceof Operation.Delete delete) {
      // Nobody creates it again, but for a list of live files.
      return !has(delete.key()) && !isList(delete.key());
    }
    return false;
  }

  /** Whether a write on its way can still change anything, now or later. */
  boolean canStillLand(Operation operation) {
    if (operation instanceof Operation.Delete delete) {
      return has(delete.key());
    }
    return !(apply(operation).reply() instanceof Reply.Lost);
  }

  static boolean isImmutable(String key) {
    return !key.endsWith("/_LATEST.json") && !key.endsWith("/lease.json") && !isList(key);
  }

  /** Lists of live files for engines. */
  static boolean isList(String key) {
    return key.contains("/_symlink_format_manifest/");
  }

  private static boolean isLasting(String key) {
    return isImmutable(key) && !isDeletable(key);
  }

  /** Files and keys of runs and lists of files; nothing else is ever deleted. */
  private static boolean isDeletable(String key) {
    return key.endsWith(".parquet") || key.endsWith("/keys.json") || isList(key);
  }

  boolean holds(IntentReceipt receipt, String intentId) {
    return hasIntent(intentId) && receipt(intentId).equals(receipt);
  }

  boolean hasIntent(String intentId) {
    return has(INTENT + intentId);
  }

  /** The number of an object's content; -1 when there is no such object. */
  int content(String key) {
    int number = contents.keyNumber(key);
    return number < objects.length ? objects[number] - 1 : -1;
  }

  boolean has(String key) {
    return content(key) >= 0;
  }

  /** The keys of all objects. */
  SortedSet<String> keys() {
    SortedSet<String> keys = new TreeSet<>();
    for (int i = 0; i < objects.length; i++) {
      if (objects[i] > 0 && !contents.key(i).startsWith(INTENT)) {
        keys.add(contents.key(i));
      }
    }
    return keys;
  }

  Snapshot with(String key, int content) {
    int number = contents.keyNumber(key);
    int[] changed = Arrays.copyOf(objects, Math.max(objects.length, number + 1));
    int before = changed[number];
    changed[number] = content + 1;
    return new Snapshot(
        contents, changed, fingerprint.without(number, before).with(number, content + 1));
  }

  static IntentReceipt receipt(String intentId) {
    byte[] hash =
        Hkdf.sha512(intentId.getBytes(StandardCharsets.UTF_8), new byte[0], new byte[] {1}, 32);
    return new IntentReceipt(
        Long.parseLong(intentId.substring(0, 8), 16), HexFormat.of().formatHex(hash));
  }

  private Effect told(Reply reply) {
    return new Effect(this, reply);
  }

  private Effect written(String key, int content) {
    if (isImmutable(key) && has(key) && content(key) != content) {
      throw new Violation("object " + key + " was replaced");
    }
    return new Effect(with(key, content), new Reply.Won(Contents.etag(content)));
  }

  private ObjectInfo info(String key) {
    return new ObjectInfo(key, 1, Contents.etag(content(key)), Instant.EPOCH);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Snapshot that && fingerprint.equals(that.fingerprint);
  }

  @Override
  public int hashCode() {
    return fingerprint.hashCode();
  }
}
