package io.strongroom.storage.run;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.RootKey;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.VerificationKey;
import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.Layer;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.Protection;
import io.strongroom.storage.run.internal.ControlJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Keys, requests and manifests for tests. */
public final class TestRuns {
  public static final PipelineRef PIPELINE = new PipelineRef("payments", "transactions");
  public static final DatasetRef SILVER = new DatasetRef(Layer.SILVER, "payments", "transactions");
  public static final DatasetRef CONDEMNED =
      new DatasetRef(Layer.CONDEMNED, "payments", "transactions");
  public static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-01-21T02:00:00Z"));

  public static final Signer MANIFESTS = signer(KeyPurpose.MANIFEST, 1);
  public static final Signer PUBLICATIONS = signer(KeyPurpose.PUBLICATION, 2);
  public static final Signer APPROVALS = signer(KeyPurpose.APPROVAL, 3);
  public static final byte[] STORED_KEYRING =
      storedKeyring(
          VerificationKey.of(MANIFESTS, "pipeline"),
          VerificationKey.of(PUBLICATIONS, "pipeline"),
          VerificationKey.of(APPROVALS, "approver"));
  public static final Keyring KEYRING = Keyring.parse(STORED_KEYRING, rootDigest());

  private TestRuns() {}

  public static Signer signer(KeyPurpose purpose, int number) {
    return Ed25519Signer.fromSeed(purpose, seed(number));
  }

  public static Keyring keyring(VerificationKey... keys) {
    return Keyring.parse(storedKeyring(keys), rootDigest());
  }

  /** The bytes of a keyring under the root key of the tests. */
  public static byte[] storedKeyring(VerificationKey... keys) {
    return Keyring.create(RootKey.fromSeed(seed(9)), 1, List.of(keys));
  }

  public static String rootDigest() {
    return RootKey.fromSeed(seed(9)).digest();
  }

  public static DatasetSpec spec(DatasetRef dataset, DatasetMode mode, ConflictRule conflicts) {
    return new DatasetSpec(dataset, mode, Protection.SEALED, conflicts, "v1");
  }

  public static DatasetSpec spec(DatasetRef dataset) {
    return spec(dataset, DatasetMode.APPEND, ConflictRule.PARTITION);
  }

  public static RunKey key(String window) {
    String digest = ControlJson.sha256(new byte[0]);
    return new RunKey(PIPELINE.path(), window, digest, digest, "1.0");
  }

  public static RunRequest request(String run, String window) {
    return request(run, window, Optional.empty(), Optional.empty());
  }

  public static RunRequest request(
      String run, String window, Optional<String> base, Optional<String> supersedes) {
    return new RunRequest(
        new RunId(run),
        PIPELINE,
        key(window),
        Map.of("strict", "true"),
        base,
        supersedes.map(RunId::new),
        "scheduler",
        "daily",
        CLOCK.instant());
  }

  /** A file whose content is {@link #content}. */
  public static DataFile file(String run, DatasetRef dataset, String month) {
    byte[] content = content(run, month);
    return new DataFile(
        dataset.path() + "/month=" + month + "/run_id=" + run + "/part-0.parquet",
        3,
        content.length,
        ControlJson.sha256(content),
        Optional.of(ControlJson.sha256(new byte[] {1})),
        new TreeMap<>(Map.of("month", month)));
  }

  public static byte[] content(String run, String month) {
    return ("rows of " + run + " for " + month).getBytes(StandardCharsets.UTF_8);
  }

  public static DatasetOutput output(String run, DatasetSpec spec, String... months) {
    return new DatasetOutput(
        spec,
        run + "/" + spec.ref().path() + "/default",
        "0".repeat(64),
        List.of(months).stream().map(month -> file(run, spec.ref(), month)).toList());
  }

  public static Manifest draft(RunRequest request, DatasetOutput... outputs) {
    return Manifest.committed(
        request,
        List.of(new InputFile("in.csv", ControlJson.sha256(new byte[0]), 0, 3)),
        List.of(outputs),
        JsonObject.builder().put("input", 3).build(),
        CLOCK.instant());
  }

  public static Manifest draft(RunRequest request, Instant at, DatasetOutput... outputs) {
    return Manifest.committed(
        request, List.of(), List.of(outputs), JsonObject.builder().build(), at);
  }

  private static byte[] seed(int number) {
    byte[] seed = new byte[32];
    seed[0] = (byte) number;
    return seed;
  }
}
