package io.strongroom.audit;

import static io.strongroom.audit.LogFixture.ORIGIN;
import static io.strongroom.audit.LogFixture.PREFIX;
import static io.strongroom.audit.LogFixture.copy;
import static io.strongroom.audit.LogFixture.event;
import static io.strongroom.audit.LogFixture.events;
import static io.strongroom.audit.LogFixture.keyring;
import static io.strongroom.audit.LogFixture.names;
import static io.strongroom.audit.LogFixture.overwrite;
import static io.strongroom.audit.LogFixture.read;
import static io.strongroom.audit.LogFixture.seed;
import static io.strongroom.audit.LogFixture.signed;
import static io.strongroom.audit.Mutation.APPEND;
import static io.strongroom.audit.Mutation.DELETE;
import static io.strongroom.audit.Mutation.FLIP;
import static io.strongroom.audit.Mutation.FORK;
import static io.strongroom.audit.Mutation.INSERT;
import static io.strongroom.audit.Mutation.RETIRED_KEY;
import static io.strongroom.audit.Mutation.ROLL_BACK;
import static io.strongroom.audit.Mutation.STRIP_POST_QUANTUM;
import static io.strongroom.audit.Mutation.SWAP;
import static io.strongroom.audit.Mutation.TRUNCATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.MlDsaSigner;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.VerificationKey;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever is mutated in whatever way, in a log of either kind or in a proof, is refused for what
 * was done to it. Evidence has its own test.
 */
@Tag("verify")
class MutationMatrixTest {
  private static final Signer ED = Ed25519Signer.fromSeed(KeyPurpose.CHECKPOINT, seed(1));
  private static final Signer OLD = Ed25519Signer.fromSeed(KeyPurpose.CHECKPOINT, seed(2));
  private static final Signer PQ = MlDsaSigner.fromSeed(KeyPurpose.COSIGNATURE, seed(3));
  private static final Keyring KEYRING =
      keyring(VerificationKey.of(ED, "log"), retired(OLD), VerificationKey.of(PQ, "log"));
  private static final int FORKED = 590;
  private static final int SIZE = 600;
  private static final String BUNDLE = "tile/entries/000";
  private static final String BUNDLE_1 = "tile/entries/001";
  private static final String EDGE_BUNDLE = "tile/entries/002.p/88";
  private static final String TILE = "tile/0/000";
  private static final String TILE_1 = "tile/0/001";
  private static final String EDGE_TILE = "tile/0/002.p/88";
  private static final String CHECKPOINT = "checkpoint";
  private static final String WITNESSED = "witnessed";
  private static final String HEAD = "head";
  private static final String DASH = "\u2014 ";

  /** A log, as it was ten entries before, and as a liar with its keys continued it from there. */
  private record Lineage(
      InMemoryObjectStore older, InMemoryObjectStore log, InMemoryObjectStore fork) {}

  private static final Map<Kind, Lineage> LOGS = new EnumMap<>(Kind.class);

  enum Kind {
    OBJECT_STORE,
    LOCAL
  }

  enum Thing {
    ENTRY,
    BUNDLE,
    TILE,
    CHECKPOINT,
    HEAD,
    JOURNAL,
    PROOF
  }

  /** What cannot be done, because the thing has no older form or nobody signs it. */
  private static final Map<Thing, Set<Mutation>> NONE =
      Map.of(
          Thing.ENTRY, EnumSet.of(ROLL_BACK, RETIRED_KEY, STRIP_POST_QUANTUM),
          Thing.BUNDLE, EnumSet.of(RETIRED_KEY, STRIP_POST_QUANTUM),
          Thing.TILE, EnumSet.of(RETIRED_KEY, STRIP_POST_QUANTUM),
          Thing.HEAD, EnumSet.of(RETIRED_KEY, STRIP_POST_QUANTUM),
          Thing.JOURNAL, EnumSet.of(ROLL_BACK, RETIRED_KEY, STRIP_POST_QUANTUM));

  private static VerificationKey retired(Signer signer) {
    return new VerificationKey(
        signer.keyId(),
        signer.algorithm(),
        signer.purpose(),
        signer.publicKey(),
        "log",
        0,
        OptionalLong.of(100),
        false);
  }

  @BeforeAll
  static void makeLogs(@TempDir Path folder) throws IOException {
    InMemoryObjectStore store = new InMemoryObjectStore();
    append(store, 0, FORKED);
    InMemoryObjectStore older = copy(store);
    append(store, FORKED, SIZE);
    InMemoryObjectStore fork = copy(older);
    append(fork, SIZE, SIZE + SIZE - FORKED);
    LOGS.put(Kind.OBJECT_STORE, witnessed(new Lineage(older, store, fork)));

    Path local = folder.resolve("log");
    InMemoryObjectStore before = appendLocally(local, 0, FORKED);
    Path other = copyFolder(local, folder.resolve("other"));
    InMemoryObjectStore after = appendLocally(local, FORKED, SIZE);
    InMemoryObjectStore lie = appendLocally(other, SIZE, SIZE + SIZE - FORKED);
    LOGS.put(Kind.LOCAL, witnessed(new Lineage(before, after, lie)));
  }

  /** What was seen of the log is kept beside it, as witnesses would keep it. */
  private static Lineage witnessed(Lineage logs) {
    for (InMemoryObjectStore store : List.of(logs.older(), logs.log(), logs.fork())) {
      assertThat(verify(store).findings()).isEmpty();
      overwrite(store, WITNESSED, read(logs.log(), CHECKPOINT));
    }
    assertThat(verify(logs.log()).clean()).isTrue();
    return logs;
  }

  private static void append(InMemoryObjectStore store, int from, int to) {
    ObjectStoreAuditLog log =
        ObjectStoreAuditLog.builder(store, PREFIX, ORIGIN, CheckpointSigners.of(ED, PQ), KEYRING)
            .withoutThread()
            .build();
    log.append(events(from, to));
    log.checkpoint();
  }

  private static InMemoryObjectStore appendLocally(Path folder, int from, int to) {
    try (LocalAuditLog log =
        LocalAuditLog.open(folder, ORIGIN, CheckpointSigners.of(ED, PQ), KEYRING, Duration.ZERO)) {
      CompletableFuture.allOf(
              events(from, to).stream().map(log::appendAsync).toArray(CompletableFuture<?>[]::new))
          .join();
    }
    LocalObjectStore files = new LocalObjectStore(folder.resolve("log"));
    InMemoryObjectStore copy = new InMemoryObjectStore();
    for (ObjectInfo info : files.list("", null, 1_000)) {
      overwrite(copy, info.key(), files.get(info.key()).orElseThrow().content());
    }
    return copy;
  }

  private static Path copyFolder(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path)));
      }
    }
    return to;
  }

  private static AuditReport verify(InMemoryObjectStore store) {
    return AuditVerifier.verify(store, PREFIX, ORIGIN, KEYRING);
  }

  /** What is done to a log, and the findings: the object and a part of what is said of it. */
  private record Cell(
      Thing thing, Mutation mutation, Kind kind, Consumer<Lineage> damage, List<String> expected) {
    @Override
    public String toString() {
      return thing + " " + mutation + " " + kind;
    }
  }

  private static final List<Cell> CELLS = new ArrayList<>();

  private static void both(
      Thing thing, Mutation mutation, Consumer<Lineage> damage, String... expected) {
    for (Kind kind : Kind.values()) {
      CELLS.add(new Cell(thing, mutation, kind, damage, List.of(expected)));
    }
  }

  private static void stored(
      Thing thing, Mutation mutation, Consumer<Lineage> damage, String... expected) {
    CELLS.add(new Cell(thing, mutation, Kind.OBJECT_STORE, damage, List.of(expected)));
  }

  private static Consumer<Lineage> change(String name, UnaryOperator<byte[]> how) {
    return logs -> overwrite(logs.log(), name, how.apply(read(logs.log(), name)));
  }

  private static Consumer<Lineage> delete(String name) {
    return logs -> logs.log().delete(PREFIX + name);
  }

  private static Consumer<Lineage> swap(String name, String other) {
    return logs -> {
      byte[] first = read(logs.log(), name);
      overwrite(logs.log(), name, read(logs.log(), other));
      overwrite(logs.log(), other, first);
    };
  }

  private static Consumer<Lineage> insert(String name) {
    return logs -> overwrite(logs.log(), name, read(logs.log(), TILE));
  }

  private static byte[] flipped(byte[] bytes, int at) {
    byte[] flipped = bytes.clone();
    flipped[at] ^= 1;
    return flipped;
  }

  private static byte[] cut(byte[] bytes) {
    return Arrays.copyOf(bytes, bytes.length - 1);
  }

  private static byte[] longer(byte[] bytes) {
    return Arrays.copyOf(bytes, bytes.length + 1);
  }

  private static UnaryOperator<byte[]> entries(Consumer<List<byte[]>> how) {
    return bundle -> {
      List<byte[]> entries = new ArrayList<>(EntryBundle.decode(bundle, 0, bundle.length));
      how.accept(entries);
      return EntryBundle.encode(entries);
    };
  }

  private static byte[] other() {
    return event(77).encode("0".repeat(32));
  }

  static {
    both(
        Thing.ENTRY,
        FLIP,
        change(BUNDLE, entries(all -> all.set(5, flipped(all.get(5), 12)))),
        BUNDLE,
        "do not hash to what the tiles say: entry 5 was replaced");
    both(
        Thing.ENTRY,
        DELETE,
        change(BUNDLE, entries(all -> all.remove(5))),
        BUNDLE,
        "255 entries instead of 256: entry 5 is missing");
    both(
        Thing.ENTRY,
        INSERT,
        change(BUNDLE, entries(all -> all.add(5, other()))),
        BUNDLE,
        "257 entries instead of 256: 1 that no checkpoint covers, before entry 5");
    both(
        Thing.ENTRY,
        SWAP,
        change(BUNDLE, entries(all -> Collections.swap(all, 3, 9))),
        BUNDLE,
        "entries 3 to 9 are in another order");
    both(
        Thing.ENTRY,
        TRUNCATE,
        change(EDGE_BUNDLE, entries(all -> all.remove(87))),
        EDGE_BUNDLE,
        "87 entries instead of 88: entry 599 is missing");
    both(
        Thing.ENTRY,
        APPEND,
        change(EDGE_BUNDLE, entries(all -> all.add(other()))),
        EDGE_BUNDLE,
        "89 entries instead of 88: 1 that no checkpoint covers, before entry 600");
    both(
        Thing.ENTRY,
        FORK,
        MutationMatrixTest::replaceWithItsTiles,
        CHECKPOINT,
        "its root is not that of the stored entries, which agree with all tiles");

    both(
        Thing.BUNDLE,
        FLIP,
        change(BUNDLE, MutationMatrixTest::withLastLengthFlipped),
        BUNDLE,
        "it ends within a");
    both(Thing.BUNDLE, DELETE, delete(BUNDLE), BUNDLE, "it is missing");
    stored(
        Thing.BUNDLE,
        INSERT,
        insert("tile/entries/003"),
        "tile/entries/003",
        "it belongs to a longer log than the head names");
    both(
        Thing.BUNDLE,
        SWAP,
        swap(BUNDLE, BUNDLE_1),
        BUNDLE,
        "entries 0 to 255 were replaced",
        BUNDLE_1,
        "entries 256 to 511 were replaced");
    both(
        Thing.BUNDLE,
        TRUNCATE,
        change(BUNDLE, MutationMatrixTest::cut),
        BUNDLE,
        "it ends within an entry");
    both(
        Thing.BUNDLE,
        APPEND,
        change(BUNDLE, MutationMatrixTest::longer),
        BUNDLE,
        "it ends within a length");
    both(
        Thing.BUNDLE,
        ROLL_BACK,
        logs -> overwrite(logs.log(), EDGE_BUNDLE, read(logs.older(), "tile/entries/002.p/78")),
        EDGE_BUNDLE,
        "78 entries instead of 88: entries 590 to 599 are missing");
    both(
        Thing.BUNDLE,
        FORK,
        logs -> overwrite(logs.log(), EDGE_BUNDLE, read(logs.fork(), EDGE_BUNDLE)),
        EDGE_BUNDLE,
        "do not hash to what was signed: entries 590 to 599 were replaced");

    both(
        Thing.TILE,
        FLIP,
        change(TILE, tile -> flipped(tile, 5 * 32)),
        TILE,
        "its hashes are not those of the entries");
    both(Thing.TILE, DELETE, delete(TILE), TILE, "it is missing");
    stored(
        Thing.TILE,
        INSERT,
        insert("tile/0/003"),
        "tile/0/003",
        "it belongs to a longer log than the head names");
    both(
        Thing.TILE,
        SWAP,
        swap(TILE, TILE_1),
        TILE,
        "its hashes are not those of the entries",
        TILE_1,
        "its hashes are not those of the entries");
    both(
        Thing.TILE,
        TRUNCATE,
        change(TILE, MutationMatrixTest::cut),
        TILE,
        "it has 8191 bytes, not 256 hashes");
    both(
        Thing.TILE,
        APPEND,
        change(TILE, MutationMatrixTest::longer),
        TILE,
        "it has 8193 bytes, not 256 hashes");
    both(
        Thing.TILE,
        ROLL_BACK,
        logs -> overwrite(logs.log(), EDGE_TILE, read(logs.older(), "tile/0/002.p/78")),
        EDGE_TILE,
        "it has 2496 bytes, not 88 hashes");
    both(
        Thing.TILE,
        FORK,
        logs -> overwrite(logs.log(), EDGE_TILE, read(logs.fork(), EDGE_TILE)),
        EDGE_TILE,
        "its hashes are not those of the entries");

    both(
        Thing.CHECKPOINT,
        FLIP,
        change(CHECKPOINT, note -> withWrongSignature(note, false)),
        CHECKPOINT,
        "AUD-023");
    both(Thing.CHECKPOINT, DELETE, delete(CHECKPOINT), CHECKPOINT, "it is missing");
    both(
        Thing.CHECKPOINT,
        INSERT,
        change(CHECKPOINT, note -> withWrongSignature(note, true)),
        CHECKPOINT,
        "AUD-023");
    both(
        Thing.CHECKPOINT,
        SWAP,
        change(CHECKPOINT, note -> signedAs("audit.example.com/other", note, ED, PQ)),
        CHECKPOINT,
        "AUD-007, checkpoint: it is of another log");
    both(
        Thing.CHECKPOINT,
        TRUNCATE,
        change(CHECKPOINT, MutationMatrixTest::cut),
        CHECKPOINT,
        "AUD-007, checkpoint: it has no signatures or no end of line at its end");
    both(
        Thing.CHECKPOINT,
        APPEND,
        change(CHECKPOINT, note -> concat(note, "x\n")),
        CHECKPOINT,
        "AUD-007, checkpoint: a signature line is malformed");
    both(
        Thing.CHECKPOINT,
        ROLL_BACK,
        logs -> replaceBy(logs.older(), logs.log()),
        CHECKPOINT,
        "it has 590 entries, fewer than were witnessed");
    both(
        Thing.CHECKPOINT,
        FORK,
        logs -> replaceBy(logs.fork(), logs.log()),
        WITNESSED,
        "the published checkpoint does not continue it: the log was forked");
    both(
        Thing.CHECKPOINT,
        RETIRED_KEY,
        change(CHECKPOINT, note -> signedAs(ORIGIN, note, OLD, PQ)),
        CHECKPOINT,
        "AUD-021");
    both(
        Thing.CHECKPOINT,
        STRIP_POST_QUANTUM,
        change(CHECKPOINT, note -> signedAs(ORIGIN, note, ED)),
        CHECKPOINT,
        "AUD-024");

    both(Thing.HEAD, FLIP, change(HEAD, head -> flipped(head, 0)), HEAD, "");
    both(Thing.HEAD, DELETE, delete(HEAD), HEAD, "it is missing");
    both(
        Thing.HEAD,
        INSERT,
        change(HEAD, head -> concat("{\"a\":1,", tail(head, 1))),
        HEAD,
        "it is no head of version 1");
    both(Thing.HEAD, TRUNCATE, change(HEAD, MutationMatrixTest::cut), HEAD, "");
    both(Thing.HEAD, APPEND, change(HEAD, MutationMatrixTest::longer), HEAD, "");
    stored(
        Thing.HEAD,
        SWAP,
        logs -> changeHead(logs.log(), head -> head.origin("audit.example.com/other")),
        HEAD,
        "it is of another log");
    stored(
        Thing.HEAD,
        ROLL_BACK,
        logs -> overwrite(logs.log(), HEAD, read(logs.older(), HEAD)),
        HEAD,
        "it names 590 entries, fewer than were signed");
    stored(
        Thing.HEAD,
        FORK,
        logs -> overwrite(logs.log(), HEAD, read(logs.fork(), HEAD)),
        HEAD,
        "it names another root than the signed checkpoint");

    for (Mutation mutation : List.of(FLIP, TRUNCATE, APPEND)) {
      UnaryOperator<byte[]> how =
          mutation == FLIP
              ? bytes -> flipped(bytes, 300)
              : mutation == TRUNCATE ? MutationMatrixTest::cut : MutationMatrixTest::longer;
      stored(
          Thing.JOURNAL,
          mutation,
          logs -> change(journal(logs.log()), how).accept(logs),
          "journal/600",
          "its digest does not match");
    }
    stored(
        Thing.JOURNAL,
        DELETE,
        logs -> delete(journal(logs.log())).accept(logs),
        "journal/600",
        "it is missing and leads to the head");
    stored(
        Thing.JOURNAL,
        INSERT,
        logs -> overwrite(logs.log(), "journal/601-" + "0".repeat(64), new byte[40]),
        "journal/601",
        "its digest does not match");
    stored(
        Thing.JOURNAL,
        SWAP,
        logs -> overwrite(logs.log(), journal(logs.log()), read(logs.fork(), journal(logs.fork()))),
        "journal/600",
        "it has the name of another");
    stored(
        Thing.JOURNAL,
        FORK,
        MutationMatrixTest::forgeJournal,
        "journal/600",
        "it holds other entries than were signed");
  }

  /** Entry 5 and every tile that follows from it are others; only the signature stands against. */
  private static void replaceWithItsTiles(Lineage logs) {
    change(BUNDLE, entries(all -> all.set(5, other()))).accept(logs);
    byte[] tile = read(logs.log(), TILE).clone();
    System.arraycopy(MerkleProofs.leafHash(other()), 0, tile, 5 * 32, 32);
    overwrite(logs.log(), TILE, tile);
    byte[] above = read(logs.log(), "tile/1/000.p/2").clone();
    System.arraycopy(MerkleProofs.foldHashes(tile, 0, 256), 0, above, 0, 32);
    overwrite(logs.log(), "tile/1/000.p/2", above);
    logs.log().delete(PREFIX + WITNESSED); // Judged by these tiles, it would be found too.
  }

  private static byte[] withLastLengthFlipped(byte[] bundle) {
    List<byte[]> entries = EntryBundle.decode(bundle, 256);
    byte[] changed = bundle.clone();
    changed[bundle.length - entries.get(255).length - 1] ^= 1;
    return changed;
  }

  private static byte[] withWrongSignature(byte[] note, boolean beside) {
    String text = new String(note, StandardCharsets.UTF_8);
    int line = text.indexOf(DASH + ORIGIN);
    int end = text.indexOf('\n', line) + 1;
    char[] wrong = text.substring(line, end).toCharArray();
    int at = wrong.length - 30;
    wrong[at] = wrong[at] == 'A' ? 'B' : 'A';
    String kept = beside ? text.substring(line, end) : "";
    return (text.substring(0, line) + kept + new String(wrong) + text.substring(end))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] signedAs(String origin, byte[] note, Signer... signers) {
    Checkpoint good = CheckpointNote.parse(note, ORIGIN).checkpoint();
    return signed(origin, origin, good.size(), good.root(), 1_769_000_000, signers).note();
  }

  /** Everything but what witnesses keep. */
  private static void replaceBy(InMemoryObjectStore from, InMemoryObjectStore to) {
    for (String name : names(to)) {
      if (!name.equals(WITNESSED)) {
        to.delete(PREFIX + name);
      }
    }
    for (String name : names(from)) {
      if (!name.equals(WITNESSED)) {
        overwrite(to, name, read(from, name));
      }
    }
  }

  private record HeadFields(Head head) {
    HeadFields origin(String origin) {
      return new HeadFields(
          new Head(origin, head.base(), head.size(), head.root(), head.unsettled()));
    }
  }

  private static void changeHead(InMemoryObjectStore store, UnaryOperator<HeadFields> how) {
    Head head = Head.decode(read(store, HEAD), ORIGIN);
    overwrite(store, HEAD, how.apply(new HeadFields(head)).head().encode());
  }

  private static String journal(InMemoryObjectStore store) {
    return Head.decode(read(store, HEAD), ORIGIN).journalName();
  }

  private static void forgeJournal(Lineage logs) {
    String name = journal(logs.log());
    JournalObject good = JournalObject.decode(name, read(logs.log(), name), ORIGIN);
    List<byte[]> entries = new ArrayList<>(good.entries());
    entries.set(3, other());
    overwrite(
        logs.log(),
        name,
        new JournalObject(ORIGIN, good.base(), good.before(), good.size(), good.root(), entries)
            .encode());
  }

  private static byte[] concat(byte[] left, String right) {
    byte[] more = right.getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(left, left.length + more.length);
    System.arraycopy(more, 0, all, left.length, more.length);
    return all;
  }

  private static byte[] concat(String left, byte[] right) {
    return concat(left.getBytes(StandardCharsets.UTF_8), new String(right, StandardCharsets.UTF_8));
  }

  private static byte[] tail(byte[] bytes, int from) {
    return Arrays.copyOfRange(bytes, from, bytes.length);
  }

  static Stream<Cell> cells() {
    return CELLS.stream();
  }

  @ParameterizedTest
  @MethodSource("cells")
  void aMutatedLogIsRefusedForWhatWasDone(Cell cell) {
    Lineage logs = LOGS.get(cell.kind());
    InMemoryObjectStore mutated = copy(logs.log());
    cell.damage().accept(new Lineage(logs.older(), mutated, logs.fork()));
    Map<String, String> expected = new LinkedHashMap<>();
    for (int i = 0; i < cell.expected().size(); i += 2) {
      expected.put(cell.expected().get(i), cell.expected().get(i + 1));
    }
    List<AuditFinding> findings = verify(mutated).findings();
    assertThat(findings).hasSameSizeAs(expected.keySet());
    expected.forEach(
        (object, problem) ->
            assertThat(findings)
                .anyMatch(
                    finding ->
                        finding.object().startsWith(object)
                            && finding.problem().contains(problem)));
  }

  /** A local log that crashed has such files; they are no part of it, and opening writes them. */
  @Test
  void aTileBehindALocalLogIsOnlyNoted() {
    for (String name : List.of("tile/0/003", "tile/entries/003")) {
      InMemoryObjectStore mutated = copy(LOGS.get(Kind.LOCAL).log());
      overwrite(mutated, name, new byte[] {1});
      AuditReport report = verify(mutated);
      assertThat(report.findings()).isEmpty();
      assertThat(report.notices()).extracting(AuditFinding::object).containsExactly(name);
    }
  }

  // --- Proofs.

  /** What is done to the proof of entry 5, and what is said of it. */
  private record ProofCell(
      Mutation mutation, UnaryOperator<TlogProof> damage, AuditErrorCode code, String problem) {
    @Override
    public String toString() {
      return "PROOF " + mutation;
    }
  }

  private static UnaryOperator<TlogProof> path(Consumer<List<byte[]>> how) {
    return proof -> {
      List<byte[]> path = new ArrayList<>(proof.path());
      how.accept(path);
      return new TlogProof(proof.index(), path, proof.note());
    };
  }

  private static UnaryOperator<TlogProof> note(UnaryOperator<byte[]> how) {
    return proof -> new TlogProof(proof.index(), proof.path(), how.apply(proof.note()));
  }

  static Stream<ProofCell> proofCells() {
    AuditErrorCode invalid = AuditErrorCode.PROOF_INVALID;
    String elsewhere = "it does not lead from the entry to the checkpoint";
    Lineage logs = LOGS.get(Kind.OBJECT_STORE);
    return Stream.of(
        new ProofCell(FLIP, path(all -> all.set(3, flipped(all.get(3), 7))), invalid, elsewhere),
        new ProofCell(DELETE, path(all -> all.remove(3)), invalid, "9 hashes instead of 10"),
        new ProofCell(INSERT, path(all -> all.add(3, seed(1))), invalid, "11 hashes instead of 10"),
        new ProofCell(SWAP, path(all -> Collections.swap(all, 3, 4)), invalid, elsewhere),
        new ProofCell(
            TRUNCATE,
            note(MutationMatrixTest::cut),
            AuditErrorCode.CHECKPOINT_UNTRUSTED,
            "no end of line"),
        new ProofCell(ROLL_BACK, note(any -> read(logs.older(), CHECKPOINT)), invalid, elsewhere),
        new ProofCell(FORK, note(any -> read(logs.fork(), CHECKPOINT)), invalid, elsewhere),
        new ProofCell(
            RETIRED_KEY,
            note(good -> signedAs(ORIGIN, good, OLD, PQ)),
            AuditErrorCode.CHECKPOINT_KEY_RETIRED,
            ""),
        new ProofCell(
            STRIP_POST_QUANTUM,
            note(good -> signedAs(ORIGIN, good, ED)),
            AuditErrorCode.POST_QUANTUM_LINE_MISSING,
            ""),
        new ProofCell(
            APPEND,
            note(good -> concat(good, "x\n")),
            AuditErrorCode.CHECKPOINT_UNTRUSTED,
            "a signature line is malformed"));
  }

  @ParameterizedTest
  @MethodSource("proofCells")
  void aMutatedProofIsRefusedForWhatWasDone(ProofCell cell) {
    for (Kind kind : Kind.values()) {
      InMemoryObjectStore store = LOGS.get(kind).log();
      TileNodes nodes = new TileNodes(new LogObjects(store, PREFIX), LogEdge.stored(SIZE));
      TlogProof good =
          new TlogProof(5, MerkleProofs.inclusion(5, SIZE, nodes), read(store, CHECKPOINT));
      byte[] entry = EntryBundle.decode(read(store, BUNDLE), 256).get(5);
      assertThat(TlogProof.parse(good.encode()).verify(entry, ORIGIN, KEYRING).size())
          .isEqualTo(SIZE);
      byte[] mutated = cell.damage().apply(good).encode();
      assertThatThrownBy(() -> TlogProof.parse(mutated).verify(entry, ORIGIN, KEYRING))
          .isInstanceOfSatisfying(
              AuditException.class, e -> assertThat(e.code()).isEqualTo(cell.code()))
          .hasMessageContaining(cell.problem());
    }
  }

  @Test
  void aMutatedProofOfManyEntriesOrOfContinuationIsRefused() {
    Lineage logs = LOGS.get(Kind.OBJECT_STORE);
    TileNodes nodes = new TileNodes(new LogObjects(logs.log(), PREFIX), LogEdge.stored(SIZE));
    byte[] root = root(logs.log());
    long[] indexes = {5, 6, 300};
    List<byte[]> leaves = new ArrayList<>();
    for (long index : indexes) {
      leaves.add(nodes.node(0, index));
    }
    List<byte[]> many = SubsetProofs.make(indexes, SIZE, nodes);
    List<byte[]> continued = MerkleProofs.consistency(FORKED, SIZE, nodes);
    byte[] before = root(logs.older());
    assertThat(SubsetProofs.verify(indexes, leaves, SIZE, many, root)).isTrue();
    assertThat(MerkleProofs.verifyConsistency(FORKED, before, SIZE, root, continued)).isTrue();
    for (Consumer<List<byte[]>> how :
        List.<Consumer<List<byte[]>>>of(
            all -> all.set(1, flipped(all.get(1), 7)),
            all -> all.remove(1),
            all -> all.remove(all.size() - 1),
            all -> all.add(1, seed(1)),
            all -> all.add(seed(1)),
            all -> Collections.swap(all, 1, 2),
            all -> all.set(1, cut(all.get(1))))) {
      assertThat(SubsetProofs.verify(indexes, leaves, SIZE, mutated(many, how), root)).isFalse();
      assertThat(
              MerkleProofs.verifyConsistency(FORKED, before, SIZE, root, mutated(continued, how)))
          .isFalse();
    }
    for (InMemoryObjectStore other : List.of(logs.older(), logs.fork())) {
      assertThat(SubsetProofs.verify(indexes, leaves, SIZE, many, root(other))).isFalse();
      assertThat(MerkleProofs.verifyConsistency(FORKED, before, SIZE, root(other), continued))
          .isFalse();
    }
  }

  private static byte[] root(InMemoryObjectStore store) {
    return CheckpointNote.parse(read(store, CHECKPOINT), ORIGIN).checkpoint().root();
  }

  private static List<byte[]> mutated(List<byte[]> proof, Consumer<List<byte[]>> how) {
    List<byte[]> changed = new ArrayList<>(proof);
    how.accept(changed);
    return changed;
  }

  // --- The whole matrix.

  @Test
  void everyCellIsThere() {
    for (Thing thing : Thing.values()) {
      Set<Mutation> done = EnumSet.noneOf(Mutation.class);
      done.addAll(NONE.getOrDefault(thing, Set.of()));
      CELLS.stream()
          .filter(cell -> cell.thing() == thing)
          .forEach(cell -> done.add(cell.mutation()));
      if (thing == Thing.PROOF) {
        proofCells().forEach(cell -> done.add(cell.mutation()));
      }
      assertThat(done).as(thing.name()).containsExactlyInAnyOrder(Mutation.values());
    }
  }
}
