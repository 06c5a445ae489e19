package io.strongroom.audit;

import static io.strongroom.audit.LogFixture.KEYRING;
import static io.strongroom.audit.LogFixture.ORIGIN;
import static io.strongroom.audit.LogFixture.PREFIX;
import static io.strongroom.audit.LogFixture.SIGNER;
import static io.strongroom.audit.LogFixture.event;
import static io.strongroom.audit.LogFixture.events;
import static io.strongroom.audit.LogFixture.log;
import static io.strongroom.audit.LogFixture.overwrite;
import static io.strongroom.audit.LogFixture.read;
import static io.strongroom.audit.LogFixture.seed;
import static io.strongroom.audit.LogFixture.signed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.MlDsaSigner;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Witnesses that speak C2SP tlog-witness over HTTP, in this process. */
@Tag("verify")
class WitnessTest {
  private static final Instant TIME = Instant.ofEpochSecond(1_769_000_000);
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final ObjectStoreAuditLog log = log(store);
  private final List<WitnessServer> servers = new ArrayList<>();

  @TempDir Path folder;

  @AfterEach
  void stop() {
    servers.forEach(WitnessServer::stop);
  }

  /** A witness as the specification describes it; it can be told to answer otherwise. */
  private static final class WitnessServer {
    private final HttpServer server;
    private final NoteKey key;
    private final Signer signer;
    private @Nullable Checkpoint seen;
    private int status;
    private String type = "text/plain";
    private String body = "";

    WitnessServer(String name, Signer signer) {
      this.signer = signer;
      this.key =
          NoteKey.of(
              name,
              signer instanceof MlDsaSigner ? NoteKey.Type.ML_DSA_44 : NoteKey.Type.COSIGNATURE,
              signer.publicKey());
      try {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      server.createContext("/w/add-checkpoint", this::answer);
      server.start();
    }

    void always(int status, String type, String body) {
      this.status = status;
      this.type = type;
      this.body = body;
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
      String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      int code = status;
      String text = body;
      String sent = type;
      if (code == 0) {
        long before = seen == null ? 0 : seen.size();
        String[] parts = request.split("\n\n", 2);
        List<String> lines = parts[0].lines().toList();
        long old = Long.parseLong(lines.get(0).substring("old ".length()));
        Checkpoint asked =
            Checkpoint.verify(parts[1].getBytes(StandardCharsets.UTF_8), ORIGIN, KEYRING);
        List<byte[]> proof = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
          proof.add(Base64.getDecoder().decode(line));
        }
        if (!exchange.getRequestMethod().equals("POST") || old > asked.size()) {
          code = 400;
        } else if (old != before) {
          code = 409;
          sent = "text/x.tlog.size";
          text = before + "\n";
        } else if (!continues(asked, proof)) {
          code = 422;
        } else {
          seen = asked;
          code = 200;
          text = CheckpointNote.line(key, key.sign(asked, signer, TIME.getEpochSecond()));
        }
      }
      exchange.getResponseHeaders().set("Content-Type", sent);
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(bytes);
      }
    }

    private boolean continues(Checkpoint asked, List<byte[]> proof) {
      if (seen == null || seen.size() == 0) {
        return proof.isEmpty();
      }
      return MerkleProofs.verifyConsistency(
          seen.size(), seen.root(), asked.size(), asked.root(), proof);
    }

    Witness client() {
      return new HttpWitness(
          key.name(),
          URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/w"),
          CLIENT,
          Duration.ofSeconds(10));
    }

    void stop() {
      server.stop(0);
    }
  }

  private WitnessServer witness(int number, boolean postQuantum) {
    Signer signer =
        postQuantum
            ? MlDsaSigner.fromSeed(KeyPurpose.CHECKPOINT, seed(60 + number))
            : Ed25519Signer.fromSeed(KeyPurpose.CHECKPOINT, seed(60 + number));
    WitnessServer server = new WitnessServer("witness.example.com/w" + number, signer);
    servers.add(server);
    return server;
  }

  private static CheckpointPolicy policy(int threshold, WitnessServer... witnesses) {
    Map<String, String> keys = new HashMap<>();
    for (WitnessServer witness : witnesses) {
      keys.put("w" + keys.size(), witness.key.verifierKey());
    }
    return CheckpointPolicy.of(ORIGIN, KEYRING, 1).withWitnesses(threshold, keys);
  }

  private WitnessedCheckpoints witnessed(CheckpointPolicy policy, WitnessServer... witnesses) {
    return new WitnessedCheckpoints(
        log,
        store,
        PREFIX,
        ORIGIN,
        KEYRING,
        policy,
        List.of(witnesses).stream().map(WitnessServer::client).toList());
  }

  private AuditReport report(CheckpointPolicy policy) {
    return AuditVerifier.verify(store, PREFIX, ORIGIN, KEYRING, policy);
  }

  private static void assertRefused(AuditErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(AuditException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void witnessesOfBothKindsCosignEveryCheckpointThatContinues() {
    WitnessServer first = witness(1, false);
    WitnessServer second = witness(2, true);
    CheckpointPolicy policy = policy(2, first, second);
    log.append(events(0, 3));
    assertThat(report(policy).findings())
        .extracting(AuditFinding::object)
        .containsExactly("witnessed");
    try (WitnessedCheckpoints witnessed = witnessed(policy, first, second)) {
      for (int more = 0; more < 4; more++) {
        log.append(event(3 + more));
        Checkpoint cosigned = witnessed.cosign();
        assertThat(cosigned.size()).isEqualTo(log.checkpoint().size());
        assertThat(policy.cosignatures(cosigned))
            .extracting(Cosignature::time)
            .containsExactly(TIME, TIME);
        assertThat(read(store, "witnessed")).isEqualTo(cosigned.note());
        assertThat(witnessed.newest()).contains(cosigned);
      }
      assertThat(witnessed.failures()).isEmpty();
    }
    assertThat(report(policy).findings()).isEmpty();
    assertThat(report(policy).notices()).isEmpty();
    // The log's own checkpoint goes ahead, and the report says how far.
    log.append(event(9));
    log.checkpoint();
    assertThat(report(policy).findings()).isEmpty();
    assertThat(report(policy).notices())
        .extracting(AuditFinding::toString)
        .containsExactly("witnessed: witnesses cosigned 7 of 8 entries");
    // Another process, which does not know what the witnesses have seen, is told.
    try (WitnessedCheckpoints other = witnessed(policy, first, second)) {
      assertThat(other.cosign().size()).isEqualTo(8);
      assertThat(other.cosign().size()).isEqualTo(8);
    }
    // A verifier without a policy takes no offence.
    assertThat(LogFixture.verify(store).findings()).isEmpty();
  }

  @Test
  void aWitnessThatIsAwayIsNamedAndTheOthersAreEnoughOrNot() {
    WitnessServer first = witness(1, false);
    WitnessServer second = witness(2, false);
    second.stop();
    log.append(events(0, 3));
    try (WitnessedCheckpoints one = witnessed(policy(1, first, second), first, second);
        WitnessedCheckpoints both = witnessed(policy(2, first, second), first, second)) {
      assertThat(one.cosign().size()).isEqualTo(3);
      assertThat(one.failures()).containsOnlyKeys(second.key.name());
      assertThat(one.failures().get(second.key.name()).code())
          .isEqualTo(AuditErrorCode.WITNESS_UNAVAILABLE);
      assertRefused(AuditErrorCode.QUORUM_MISSING, both::cosign);
      assertThat(both.newest()).isEmpty();
      // Closed where somebody asks for it; the log is open all the while.
      assertRefused(AuditErrorCode.QUORUM_MISSING, () -> both.require(3, Duration.ofMillis(20)));
      assertThat(log.append(event(3)).index()).isEqualTo(3);
      assertThat(one.require(4, Duration.ofSeconds(5)).size()).isEqualTo(4);
      assertRefused(AuditErrorCode.QUORUM_MISSING, () -> one.require(5, Duration.ofMillis(20)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "403, text/plain, '', WITNESS_REFUSED",
    "404, text/plain, '', WITNESS_REFUSED",
    "400, text/plain, '', WITNESS_REFUSED",
    "302, text/plain, '', WITNESS_REFUSED",
    "422, text/plain, '', WITNESS_CONFLICT",
    "429, text/plain, '', WITNESS_UNAVAILABLE",
    "503, text/plain, '', WITNESS_UNAVAILABLE",
    "409, text/plain, '2\n', WITNESS_REFUSED",
    "409, text/x.tlog.size, '2', WITNESS_REFUSED",
    "409, text/x.tlog.size, '02\n', WITNESS_REFUSED",
    "409, text/x.tlog.size, '9\n', WITNESS_CONFLICT",
    "409, text/x.tlog.size, '2\n', WITNESS_UNAVAILABLE",
    "200, text/plain, '', WITNESS_REFUSED",
    "200, text/plain, 'thanks\n', WITNESS_REFUSED",
    "200, text/plain, '\u2014 stranger AAAAAAAAAAAA\n', WITNESS_REFUSED"
  })
  void everyAnswerOfTheProtocolIsToldApart(
      int status, String type, String body, AuditErrorCode code) {
    WitnessServer witness = witness(1, false);
    witness.always(status, type, body);
    log.append(events(0, 3));
    try (WitnessedCheckpoints witnessed = witnessed(policy(1, witness), witness)) {
      assertRefused(
          code == AuditErrorCode.WITNESS_CONFLICT ? code : AuditErrorCode.QUORUM_MISSING,
          witnessed::cosign);
      assertThat(witnessed.failures().get(witness.key.name()).code()).isEqualTo(code);
    }
    assertThat(store.get(PREFIX + "witnessed")).isEmpty();
  }

  @Test
  void aCosignatureOfAnotherCheckpointOrWithoutATimeIsNotTaken() {
    WitnessServer witness = witness(1, false);
    log.append(events(0, 3));
    Checkpoint other = signed(ORIGIN, ORIGIN, 3, MerkleProofs.emptyRoot(), 0, SIGNER);
    List<byte[]> answers =
        List.of(
            witness.key.sign(other, witness.signer, TIME.getEpochSecond()),
            witness.key.sign(log.checkpoint(), witness.signer, 0));
    try (WitnessedCheckpoints witnessed = witnessed(policy(1, witness), witness)) {
      for (byte[] answer : answers) {
        witness.always(200, "text/plain", CheckpointNote.line(witness.key, answer));
        assertRefused(AuditErrorCode.QUORUM_MISSING, witnessed::cosign);
        assertThat(witnessed.failures().get(witness.key.name()).code())
            .isEqualTo(AuditErrorCode.WITNESS_REFUSED);
      }
    }
  }

  @Test
  void aLogThatWasRolledBackOrForkedIsFoundOutByItsWitness() {
    WitnessServer witness = witness(1, false);
    CheckpointPolicy policy = policy(1, witness);
    log.append(events(0, 3));
    log.checkpoint();
    final InMemoryObjectStore early = LogFixture.copy(store);
    log.append(events(3, 6));
    try (WitnessedCheckpoints witnessed = witnessed(policy, witness)) {
      witnessed.cosign();
    }
    // Rolled back, everything but what the witnesses signed, or that too.
    for (boolean whole : new boolean[] {false, true}) {
      InMemoryObjectStore rolled = LogFixture.copy(early);
      if (!whole) {
        overwrite(rolled, "witnessed", read(store, "witnessed"));
      }
      assertThat(AuditVerifier.verify(rolled, PREFIX, ORIGIN, KEYRING, policy).findings())
          .extracting(AuditFinding::object)
          .containsExactly(whole ? "witnessed" : "checkpoint");
      assertRefused(AuditErrorCode.WITNESS_CONFLICT, () -> cosign(rolled, policy, witness));
      // Grown into another log.
      ObjectStoreAuditLog other = log(rolled);
      other.append(events(70, 75));
      other.checkpoint();
      assertThat(AuditVerifier.verify(rolled, PREFIX, ORIGIN, KEYRING, policy).findings())
          .extracting(AuditFinding::object)
          .containsExactly("witnessed");
      assertRefused(AuditErrorCode.WITNESS_CONFLICT, () -> cosign(rolled, policy, witness));
    }
  }

  private static Checkpoint cosign(ObjectStore of, CheckpointPolicy policy, WitnessServer witness) {
    try (WitnessedCheckpoints witnessed =
        new WitnessedCheckpoints(
            log(of), of, PREFIX, ORIGIN, KEYRING, policy, List.of(witness.client()))) {
      return witnessed.cosign();
    }
  }

  @Test
  void aChangedWitnessedCheckpointIsNamed() {
    WitnessServer witness = witness(1, false);
    CheckpointPolicy policy = policy(1, witness);
    log.append(events(0, 3));
    byte[] cosigned = cosign(store, policy, witness).note();
    for (int position = 0; position < cosigned.length; position += 7) {
      byte[] flipped = cosigned.clone();
      flipped[position] ^= 1;
      overwrite(store, "witnessed", flipped);
      assertThat(report(policy).findings())
          .as("byte %d", position)
          .extracting(AuditFinding::object)
          .containsExactly("witnessed");
    }
  }

  @Test
  void aThreadOfItsOwnHasALocalLogWitnessedWhileItGrows() throws InterruptedException {
    WitnessServer witness = witness(1, false);
    CheckpointPolicy policy = policy(1, witness);
    LocalObjectStore objects = new LocalObjectStore(folder.resolve("log"));
    try (LocalAuditLog local = LocalAuditLog.open(folder, ORIGIN, SIGNER, KEYRING);
        WitnessedCheckpoints witnessed =
            new WitnessedCheckpoints(
                local, objects, "", ORIGIN, KEYRING, policy, List.of(witness.client()))) {
      witnessed.start(Duration.ofMillis(5));
      assertThatThrownBy(() -> witnessed.start(Duration.ZERO))
          .isInstanceOf(IllegalStateException.class);
      for (int i = 0; i < 40; i++) {
        local.append(event(i));
      }
      long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (witnessed.newest().map(Checkpoint::size).orElse(0L) < 40) {
        assertThat(System.nanoTime()).isLessThan(end);
        Thread.sleep(5);
      }
    }
    assertThat(AuditVerifier.verify(objects, "", ORIGIN, KEYRING, policy).findings()).isEmpty();
  }
}
