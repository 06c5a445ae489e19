package io.strongroom.storage.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.DataKey;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.KeyDescription;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyResolver;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.KeyUnavailableException;
import io.strongroom.crypto.RawAesKeyService;
import io.strongroom.crypto.WrappedDataKey;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.KeyClass;
import io.strongroom.storage.Layer;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class KeyClassesTest {
  private static final KeyClass PERSONAL = new KeyClass("personal");
  private static final RunRequest REQUEST = TestRuns.request("r-1", "w");
  private static final String KEY = TestRuns.PIPELINE.control() + "runs/r-1/keys.json";
  private static final DatasetRef SILVER = TestRuns.SILVER;
  private static final List<DatasetSpec> SPECS =
      List.of(
          TestRuns.spec(SILVER).withKeyClasses(Set.of(PERSONAL, new KeyClass("risk"))),
          TestRuns.spec(TestRuns.CONDEMNED));
  private static final KeyResolver BY_CLASS =
      scope -> new KeyId(scope.purpose().equals("run/personal") ? "hr" : "lake");

  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final KeyService service = new TwoKeys(true);

  /** Has the keys "lake" and "hr", of which the second may be refused. */
  private static final class TwoKeys implements KeyService {
    private final RawAesKeyService lake =
        new RawAesKeyService("bank", "lake", new byte[32], new SecureRandom());
    private final RawAesKeyService hr =
        new RawAesKeyService("hr", "hr", filled(7), new SecureRandom());
    private final boolean hrAllowed;

    TwoKeys(boolean hrAllowed) {
      this.hrAllowed = hrAllowed;
    }

    private static byte[] filled(int fill) {
      byte[] key = new byte[32];
      Arrays.fill(key, (byte) fill);
      return key;
    }

    private KeyService of(String name) {
      if (!name.equals("hr")) {
        return lake;
      }
      if (!hrAllowed) {
        throw new KeyUnavailableException(CryptoErrorCode.KEY_ACCESS_DENIED, "key hr is refused");
      }
      return hr;
    }

    @Override
    public DataKey generateDataKey(KeyId key, EncryptionContext context) {
      return of(key.value()).generateDataKey(key, context);
    }

    @Override
    public WrappedDataKey wrap(DataKey dataKey, KeyId key, EncryptionContext context) {
      return of(key.value()).wrap(dataKey, key, context);
    }

    @Override
    public boolean canUnwrap(WrappedDataKey wrapped) {
      return lake.canUnwrap(wrapped) || hr.canUnwrap(wrapped);
    }

    @Override
    public DataKey unwrap(WrappedDataKey wrapped, EncryptionContext context) {
      return of(hr.canUnwrap(wrapped) ? "hr" : "lake").unwrap(wrapped, context);
    }

    @Override
    public WrappedDataKey rewrap(WrappedDataKey wrapped, EncryptionContext context, KeyId target) {
      return of(target.value()).rewrap(wrapped, context, target);
    }

    @Override
    public KeyDescription describe(KeyId key) {
      return of(key.value()).describe(key);
    }
  }

  private RunKeys create() {
    return RunKeys.create(store, REQUEST, SPECS, service, BY_CLASS, "bank");
  }

  private static Manifest manifest(RunKeys keys) {
    return TestRuns.draft(
        REQUEST,
        SPECS.stream()
            .map(
                spec ->
                    new DatasetOutput(
                        spec,
                        keys.keyId(spec.ref()),
                        keys.commitment(spec.ref()),
                        keys.classCommitments(spec.ref()),
                        List.of()))
            .toArray(DatasetOutput[]::new));
  }

  private JsonObject stored() {
    return JsonValue.parseCanonicalObject(store.get(KEY).orElseThrow().content());
  }

  @Test
  void eachClassHasAKeyOfItsOwnThatIsDerivedAsTheFormatSays() throws Exception {
    try (RunKeys made = create();
        RunKeys opened = RunKeys.open(store, manifest(made), service)) {
      assertThat(opened.keyClasses(SILVER)).containsExactly(PERSONAL, new KeyClass("risk"));
      assertThat(opened.keyClasses(TestRuns.CONDEMNED)).isEmpty();
      ModuleKey personal = opened.moduleKey(SILVER, PERSONAL);
      assertThat(personal.reference()).isEqualTo("r-1/silver/payments/transactions/personal");
      assertThat(personal.copy())
          .hasSize(32)
          .isEqualTo(made.moduleKey(SILVER, PERSONAL).copy())
          .isNotEqualTo(made.moduleKey(SILVER, new KeyClass("risk")).copy())
          .isNotEqualTo(made.parquetFooterKey(SILVER));
      assertThat(made.moduleKey(SILVER, KeyClass.DEFAULT).copy())
          .isEqualTo(made.parquetFooterKey(SILVER));
      JsonObject stored = stored();
      assertThat(stored.objects("keys"))
          .extracting(key -> key.string("dataset") + " " + key.string("class"))
          .containsExactly(
              TestRuns.CONDEMNED.path() + " default",
              SILVER.path() + " default",
              SILVER.path() + " personal",
              SILVER.path() + " risk");
      EncryptionContext context =
          EncryptionContext.of(
              Map.of(
                  "strongroom:v", "1",
                  "strongroom:tenant", "bank",
                  "strongroom:domain", "payments",
                  "strongroom:dataset", "transactions",
                  "strongroom:layer", "silver",
                  "strongroom:run", "r-1",
                  "strongroom:purpose", "data-key/personal"));
      WrappedDataKey wrapped =
          WrappedDataKey.fromJson(stored.objects("keys").get(2).object("wrapped"));
      assertThat(wrapped.providerId()).isEqualTo("hr");
      try (DataKey key = service.unwrap(wrapped, context)) {
        byte[] secret = key.plaintext();
        assertThat(personal.copy())
            .isEqualTo(Derivations.hkdf(secret, "r-1", "strongroom/v1/parquet-column"));
        assertThat(opened.findModuleKey(SILVER, PERSONAL, personal.reference() + "/2"))
            .get()
            .extracting(ModuleKey::copy)
            .isEqualTo(Derivations.hkdf(secret, "r-1", "strongroom/v1/parquet-column/2"));
        assertThat(opened.classCommitments(SILVER).get(PERSONAL))
            .isEqualTo(
                HexFormat.of()
                    .formatHex(Derivations.hkdf(secret, "r-1", "strongroom/v1/commitment")));
        assertThat(stored.object("macs").string(SILVER.path() + "#personal"))
            .isEqualTo(
                HexFormat.of()
                    .formatHex(
                        Derivations.hmac(
                            "HmacSHA256",
                            Derivations.hkdf(secret, "r-1", "strongroom/v1/keys-mac"),
                            stored.without("macs").canonicalBytes())));
      }
    }
  }

  @Test
  void whoMayNotUseTheKeyOfAClassHasTheOthers() {
    try (RunKeys made = create();
        RunKeys opened = RunKeys.open(store, manifest(made), new TwoKeys(false))) {
      assertThat(opened.parquetFooterKey(SILVER)).isEqualTo(made.parquetFooterKey(SILVER));
      KeyClass risk = new KeyClass("risk");
      assertThat(opened.moduleKey(SILVER, risk).copy())
          .isEqualTo(made.moduleKey(SILVER, risk).copy());
      assertThat(opened.findModuleKey(SILVER, PERSONAL, "r-1/silver/payments/other/personal"))
          .isEmpty();
      for (int round = 0; round < 2; round++) {
        assertThatThrownBy(() -> opened.moduleKey(SILVER, PERSONAL))
            .isInstanceOf(KeyUnavailableException.class);
      }
      assertThatThrownBy(() -> opened.moduleKey(TestRuns.CONDEMNED, PERSONAL))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("personal");
    }
  }

  @Test
  void theNextKeyBeginsLongBeforeOneIsUsedUpAndBothAreFound() {
    try (RunKeys made = create();
        RunKeys opened = RunKeys.open(store, manifest(made), service)) {
      for (KeyClass keyClass : List.of(KeyClass.DEFAULT, PERSONAL)) {
        ModuleKey first = made.moduleKey(SILVER, keyClass);
        assertThat(first.count((1L << 25) - 1)).isTrue();
        assertThat(made.moduleKey(SILVER, keyClass)).isSameAs(first);
        first.count(1);
        ModuleKey second = made.moduleKey(SILVER, keyClass);
        assertThat(second.reference()).isEqualTo(first.reference() + "/2");
        assertThat(second.copy()).isNotEqualTo(first.copy());
        assertThat(second.modules()).isZero();
        for (ModuleKey key : List.of(first, second)) {
          assertThat(opened.findModuleKey(SILVER, keyClass, key.reference()).orElseThrow().copy())
              .isEqualTo(key.copy());
        }
        for (String none : List.of("/0", "/1", "/02", "/+2", "/2/2", "/", "/9999999")) {
          assertThat(made.findModuleKey(SILVER, keyClass, first.reference() + none)).isEmpty();
        }
      }
    }
  }

  @Test
  void aClassKeyThatWasReplacedIsNoticedWhenItIsUsed() {
    Manifest manifest;
    try (RunKeys made = create()) {
      manifest = manifest(made);
      JsonObject stored = stored();
      KeysDocument document = KeysDocument.fromJson(stored);
      DataKeyName name = new DataKeyName(SILVER, PERSONAL);
      EncryptionContext context = made.context(SILVER, "data-key/personal");
      TreeMap<DataKeyName, WrappedDataKey> wrapped = new TreeMap<>(document.wrapped());
      try (DataKey other = service.generateDataKey(new KeyId("hr"), context)) {
        wrapped.put(name, other.wrapped());
        KeysDocument changed =
            new KeysDocument(
                document.run(), document.pipeline(), "bank", 2, wrapped, document.macs());
        TreeMap<DataKeyName, String> macs = new TreeMap<>(document.macs());
        byte[] content = changed.authenticatedBytes();
        // Whoever holds the other keys makes their codes anew.
        for (DataKeyName own : List.copyOf(macs.keySet())) {
          try (DataKey key =
              service.unwrap(
                  wrapped.get(own), made.context(own.dataset(), own.purpose("data-key")))) {
            macs.put(own, RunDataKey.mac(REQUEST.runId(), key, content));
          }
        }
        store.put(KEY, changed.with(macs).toJson().canonicalBytes());
      }
    }
    try (RunKeys opened = RunKeys.open(store, manifest, service)) {
      assertThat(opened.parquetFooterKey(SILVER)).hasSize(32);
      assertThatThrownBy(() -> opened.moduleKey(SILVER, PERSONAL))
          .isInstanceOfSatisfying(
              StorageException.class,
              e -> assertThat(e.code()).isEqualTo(StorageErrorCode.RUN_KEYS_INVALID))
          .hasMessageContaining(KEY)
          .hasMessageContaining("'personal'");
    }
  }

  @Test
  void aManifestNamesTheClassesAndLosesNoneOfThem() {
    try (RunKeys made = create()) {
      Manifest manifest = manifest(made);
      DatasetOutput output = manifest.output(SILVER).orElseThrow();
      JsonObject json = output.toJson();
      assertThat(json.object("keyClasses").members()).containsOnlyKeys("personal", "risk");
      assertThat(DatasetOutput.fromJson(json)).isEqualTo(output);
      assertThat(manifest.output(TestRuns.CONDEMNED).orElseThrow().toJson().has("keyClasses"))
          .isFalse();
      assertThatThrownBy(
              () ->
                  new DatasetOutput(
                      output.spec(), output.keyId(), output.keyCommitment(), List.of()))
          .isInstanceOf(IllegalArgumentException.class);
      RunKeys.checkForm(store, manifest);
      Manifest more =
          TestRuns.draft(
              REQUEST,
              new DatasetOutput(
                  TestRuns.spec(TestRuns.CONDEMNED).withKeyClasses(Set.of(PERSONAL)),
                  "k",
                  "0".repeat(64),
                  new TreeMap<>(Map.of(PERSONAL, "0".repeat(64))),
                  List.of()));
      assertThatThrownBy(() -> RunKeys.checkForm(store, more))
          .hasMessageContaining("'personal'")
          .hasMessageContaining(Layer.CONDEMNED.id());
    }
  }

  @Test
  void namesOfClassesHaveOneForm() {
    for (String name : List.of("", "Personal", "1st", "a/b", "a#b", "a".repeat(32))) {
      assertThatThrownBy(() -> new KeyClass(name)).isInstanceOf(IllegalArgumentException.class);
    }
    DatasetSpec spec = TestRuns.spec(SILVER);
    assertThatThrownBy(() -> spec.withKeyClasses(Set.of(KeyClass.DEFAULT)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
