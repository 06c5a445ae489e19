package io.strongroom.audit;

import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.RootKey;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.VerificationKey;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.WriteResult;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Fixed keys, events and logs. */
final class LogFixture {
  static final String ORIGIN = "audit.example.com/payments";
  static final String PREFIX = "audit/";
  static final Signer SIGNER = Ed25519Signer.fromSeed(KeyPurpose.CHECKPOINT, seed(1));
  static final Keyring KEYRING = keyring(VerificationKey.of(SIGNER, "log"));
  static final CheckpointSigners SIGNERS = CheckpointSigners.of(SIGNER);
  private static final Instant START = Instant.parse("2026-01-21T12:00:00Z");

  private LogFixture() {}

  static byte[] seed(int value) {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) value);
    return seed;
  }

  static Keyring keyring(VerificationKey... keys) {
    RootKey root = RootKey.fromSeed(seed(99));
    return Keyring.parse(Keyring.create(root, 1, List.of(keys)), root.digest());
  }

  /** A note with one line, of whatever key, whether or not it may sign. */
  static byte[] note(String name, long size, byte[] root, Signer signer) {
    return signed(name, ORIGIN, size, root, 0, signer).note();
  }

  /** A checkpoint with a line of each key, whether or not it may sign. */
  static Checkpoint signed(
      String name, String origin, long size, byte[] root, long time, Signer... signers) {
    Checkpoint unsigned = new Checkpoint(origin, size, root, new byte[0]);
    List<String> lines = new ArrayList<>();
    for (Signer signer : signers) {
      NoteKey key =
          NoteKey.of(
              name, NoteKey.Type.ofLog(signer.algorithm()).orElseThrow(), signer.publicKey());
      lines.add(CheckpointNote.line(key, key.sign(unsigned, signer, time)));
    }
    return CheckpointNote.signed(unsigned, lines);
  }

  static ObjectStoreAuditLog log(ObjectStore store) {
    return settings(store).build();
  }

  /**
   * Settings of a log without a thread: what is behind the commits is done when it is asked for.
   */
  static ObjectStoreAuditLog.Builder settings(ObjectStore store) {
    return ObjectStoreAuditLog.builder(store, PREFIX, ORIGIN, SIGNERS, KEYRING).withoutThread();
  }

  static AuditReport verify(ObjectStore store) {
    return AuditVerifier.verify(store, PREFIX, ORIGIN, KEYRING);
  }

  static AuditEvent event(int number) {
    return AuditEvent.of(
            "svc-loader", "RUN_STARTED", "payments/transactions", "success", at(number))
        .withRun("run-" + number);
  }

  static Instant at(int number) {
    return START.plusSeconds(number);
  }

  static List<AuditEvent> events(int from, int to) {
    List<AuditEvent> events = new ArrayList<>();
    for (int i = from; i < to; i++) {
      events.add(event(i));
    }
    return events;
  }

  /** A published log of some size, appended in one commit. */
  static InMemoryObjectStore storeOf(int size) {
    InMemoryObjectStore store = new InMemoryObjectStore();
    ObjectStoreAuditLog log = log(store);
    log.append(events(0, size));
    log.checkpoint();
    return store;
  }

  /** Names below the prefix. */
  static Set<String> names(ObjectStore store) {
    Set<String> names = new TreeSet<>();
    for (ObjectInfo info : store.list("", null, 100_000)) {
      names.add(info.key().substring(PREFIX.length()));
    }
    return names;
  }

  /** Names below the prefix, but for those of journal objects. */
  static Set<String> published(ObjectStore store) {
    Set<String> names = names(store);
    names.removeIf(name -> name.startsWith(JournalObject.FOLDER));
    return names;
  }

  /** Appends one event and publishes it. */
  static AuditReceipt publish(ObjectStoreAuditLog log, AuditEvent event) {
    AuditReceipt receipt = log.append(event);
    log.checkpoint();
    return receipt;
  }

  /** What a published log of this size consists of, but for journal objects. */
  static Set<String> namesOf(long size) {
    Set<String> names = new TreeSet<>(Set.of("head", "checkpoint"));
    for (int level = TilePath.ENTRIES; level < TilePath.LEVELS; level++) {
      for (long index = 0; index < TilePath.fullTiles(level, size); index++) {
        names.add(TilePath.full(level, index).name());
      }
    }
    TilePath.partials(size).forEach(path -> names.add(path.name()));
    return names;
  }

  static byte[] read(ObjectStore store, String name) {
    return store.get(PREFIX + name).orElseThrow().content();
  }

  static void overwrite(ObjectStore store, String name, byte[] content) {
    WriteResult result = store.put(PREFIX + name, content);
    if (!(result instanceof WriteResult.Won)) {
      throw new IllegalStateException("not written");
    }
  }

  static InMemoryObjectStore copy(ObjectStore store) {
    InMemoryObjectStore copy = new InMemoryObjectStore();
    for (String name : names(store)) {
      overwrite(copy, name, read(store, name));
    }
    return copy;
  }

  /** The same bytes every time. */
  static SecureRandom fixedRandom() {
    return new CountingRandom();
  }

  private static final class CountingRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private int next;

    @Override
    public void nextBytes(byte[] bytes) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) next++;
      }
    }
  }
}
