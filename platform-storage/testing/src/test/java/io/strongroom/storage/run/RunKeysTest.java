package io.strongroom.storage.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.DataKey;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.KeyUnavailableException;
import io.strongroom.crypto.RawAesKeyService;
import io.strongroom.crypto.WrappedDataKey;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class RunKeysTest {
  private static final RunRequest REQUEST = TestRuns.request("r-1", "w");
  private static final String KEY = TestRuns.PIPELINE.control() + "runs/r-1/keys.json";
  private static final List<DatasetSpec> SPECS =
      List.of(TestRuns.spec(TestRuns.SILVER), TestRuns.spec(TestRuns.CONDEMNED));

  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final KeyService service =
      new RawAesKeyService("bank", "lake", new byte[32], new SecureRandom());

  private RunKeys create() {
    return RunKeys.create(
        store, REQUEST, SPECS, service, KeyResolver.single(new KeyId("lake")), "bank");
  }

  private Manifest manifest(RunKeys keys) {
    return TestRuns.draft(
        REQUEST,
        SPECS.stream()
            .map(
                spec ->
                    new DatasetOutput(
                        spec, keys.keyId(spec.ref()), keys.commitment(spec.ref()), List.of()))
            .toArray(DatasetOutput[]::new));
  }

  @Test
  void openedKeysAreTheOnesThatWereMade() {
    try (RunKeys made = create();
        RunKeys opened = RunKeys.open(store, manifest(made), service)) {
      assertThat(opened.parquetFooterKey(TestRuns.SILVER))
          .hasSize(32)
          .isEqualTo(made.parquetFooterKey(TestRuns.SILVER))
          .isNotEqualTo(made.parquetFooterKey(TestRuns.CONDEMNED));
      assertThat(opened.commitment(TestRuns.CONDEMNED))
          .isEqualTo(made.commitment(TestRuns.CONDEMNED));
      assertThat(opened.keyId(TestRuns.SILVER))
          .isEqualTo("r-1/silver/payments/transactions/default");
    }
  }

  @Test
  void anotherProcessOfTheRunGetsTheKeysStoredFirst() {
    try (RunKeys first = create();
        RunKeys second = create()) {
      assertThat(second.commitment(TestRuns.SILVER)).isEqualTo(first.commitment(TestRuns.SILVER));
    }
  }

  @Test
  void keysStoredFirstForAnotherTenantAreNotUsed() {
    create().close();
    assertThatThrownBy(
            () ->
                RunKeys.create(
                    store, REQUEST, SPECS, service, KeyResolver.single(new KeyId("lake")), "other"))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> assertThat(e.code()).isEqualTo(StorageErrorCode.RUN_KEYS_INVALID))
        .hasMessageContaining(KEY);
  }

  @Test
  void objectKeysOfTwoProcessesUnwrapEachOthersMessageKeys() {
    try (RunKeys made = create();
        RunKeys opened = RunKeys.open(store, manifest(made), service)) {
      EncryptionContext context = made.context(TestRuns.SILVER, "object");
      KeyId id = made.objectKeyId(TestRuns.SILVER);
      try (DataKey message = made.objectKeys(TestRuns.SILVER).generateDataKey(id, context);
          DataKey same =
              opened
                  .objectKeys(TestRuns.SILVER)
                  .unwrap(message.wrapped(), opened.context(TestRuns.SILVER, "object"))) {
        assertThat(same.plaintext()).isEqualTo(message.plaintext());
        assertThat(message.wrapped().providerId()).isEqualTo("strongroom-run");
      }
    }
  }

  @Test
  void derivedKeysAreHkdfOfTheWrappedDataKeyAsTheFormatSays() throws Exception {
    try (RunKeys made = create()) {
      JsonObject stored = JsonValue.parseCanonicalObject(store.get(KEY).orElseThrow().content());
      JsonObject silver =
          stored.objects("keys").stream()
              .filter(key -> key.string("dataset").equals("silver/payments/transactions"))
              .findFirst()
              .orElseThrow();
      EncryptionContext context =
          EncryptionContext.of(
              Map.of(
                  "strongroom:v", "1",
                  "strongroom:tenant", "bank",
                  "strongroom:domain", "payments",
                  "strongroom:dataset", "transactions",
                  "strongroom:layer", "silver",
                  "strongroom:run", "r-1",
                  "strongroom:purpose", "data-key"));
      try (DataKey dataKey =
          service.unwrap(WrappedDataKey.fromJson(silver.object("wrapped")), context)) {
        byte[] footer =
            Derivations.hkdf(dataKey.plaintext(), "r-1", "strongroom/v1/parquet-footer");
        assertThat(made.parquetFooterKey(TestRuns.SILVER)).isEqualTo(footer);
        byte[] commitment =
            Derivations.hkdf(dataKey.plaintext(), "r-1", "strongroom/v1/commitment");
        assertThat(made.commitment(TestRuns.SILVER))
            .isEqualTo(HexFormat.of().formatHex(commitment));
        byte[] macKey = Derivations.hkdf(dataKey.plaintext(), "r-1", "strongroom/v1/keys-mac");
        byte[] mac =
            Derivations.hmac("HmacSHA256", macKey, stored.without("macs").canonicalBytes());
        assertThat(stored.object("macs").string("silver/payments/transactions"))
            .isEqualTo(HexFormat.of().formatHex(mac));
      }
    }
  }

  @Test
  void everyChangedByteIsNoticed() {
    Manifest manifest;
    try (RunKeys made = create()) {
      manifest = manifest(made);
    }
    byte[] content = store.get(KEY).orElseThrow().content();
    for (int i = 0; i < content.length; i++) {
      byte[] changed = content.clone();
      changed[i] ^= (byte) (1 << i % 7);
      store.put(KEY, changed);
      assertRefused(manifest, "byte " + i);
    }
    store.delete(KEY);
    assertRefused(manifest, "missing");
  }

  private void assertRefused(Manifest manifest, String what) {
    assertThatThrownBy(() -> RunKeys.open(store, manifest, service).close())
        .as(what)
        .satisfiesAnyOf(
            e ->
                assertThat(e)
                    .isInstanceOfSatisfying(
                        StorageException.class,
                        s -> assertThat(s.code()).isEqualTo(StorageErrorCode.RUN_KEYS_INVALID))
                    .hasMessageContaining(KEY),
            // A changed provider is a key of another service.
            e -> assertThat(e).isInstanceOf(KeyUnavailableException.class));
  }

  @Test
  void keysOfAnotherRunAndKeysMadeForAnotherManifestAreRefused() {
    Manifest manifest;
    try (RunKeys made = create()) {
      manifest = manifest(made);
    }
    store.delete(KEY);
    try (RunKeys others = create()) {
      assertThat(others.commitment(TestRuns.SILVER))
          .isNotEqualTo(manifest.output(TestRuns.SILVER).orElseThrow().keyCommitment());
    }
    assertRefused(manifest, "other keys");
    RunRequest second = TestRuns.request("r-2", "w");
    RunKeys.create(store, second, SPECS, service, KeyResolver.single(new KeyId("lake")), "bank")
        .close();
    store.put(KEY, store.get(KEY.replace("r-1", "r-2")).orElseThrow().content());
    assertRefused(manifest, "keys of another run");
  }

  @Test
  void aReaderOfOneDatasetUnwrapsOneKey() {
    try (RunKeys made = create();
        RunKeys some = RunKeys.open(store, manifest(made), service, List.of(TestRuns.CONDEMNED))) {
      assertThat(some.commitment(TestRuns.CONDEMNED))
          .isEqualTo(made.commitment(TestRuns.CONDEMNED));
      assertThatThrownBy(() -> some.parquetFooterKey(TestRuns.SILVER))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aKeyServiceWithoutTheKeySaysSoItself() {
    try (RunKeys made = create()) {
      KeyService other =
          new RawAesKeyService("elsewhere", "lake", new byte[32], new SecureRandom());
      assertThatThrownBy(() -> RunKeys.open(store, manifest(made), other))
          .isInstanceOf(KeyUnavailableException.class);
    }
  }

  @Test
  void closedKeysAreOfNoUse() {
    RunKeys keys = create();
    keys.close();
    keys.close();
    assertThatThrownBy(() -> keys.parquetFooterKey(TestRuns.SILVER))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> keys.objectKeys(TestRuns.SILVER))
        .isInstanceOf(IllegalStateException.class);
  }
}
