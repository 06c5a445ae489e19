package io.strongroom.pipeline.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.inject.AbstractModule;
import com.google.inject.ConfigurationException;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import com.google.inject.Stage;
import io.strongroom.audit.AuditLog;
import io.strongroom.audit.guice.AuditConfig;
import io.strongroom.audit.guice.AuditModule;
import io.strongroom.base.ConfigException;
import io.strongroom.base.ConfigReader;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.LocalKeyFile;
import io.strongroom.crypto.guice.CryptoConfig;
import io.strongroom.crypto.guice.CryptoModule;
import io.strongroom.crypto.guice.KeyringConfig;
import io.strongroom.crypto.guice.KeyringModule;
import io.strongroom.crypto.guice.LocalKeysConfig;
import io.strongroom.crypto.guice.LocalKeysModule;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.LocalSigningKeys;
import io.strongroom.pipeline.GatePolicy;
import io.strongroom.pipeline.PartitionContext;
import io.strongroom.pipeline.PartitionOutcome;
import io.strongroom.pipeline.Pipeline;
import io.strongroom.pipeline.PipelineConfig;
import io.strongroom.pipeline.PipelineRunner;
import io.strongroom.pipeline.Progress;
import io.strongroom.pipeline.RunContext;
import io.strongroom.pipeline.RunResult;
import io.strongroom.pipeline.RunSpec;
import io.strongroom.pipeline.Step;
import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.Layer;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.Protection;
import io.strongroom.storage.guice.LocalStoreConfig;
import io.strongroom.storage.guice.LocalStoreModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class PipelineModuleTest {
  @TempDir private Path folder;
  private final Map<String, String> settings = new TreeMap<>();

  @BeforeEach
  void makeKeys() throws IOException {
    SecureRandom random = new SecureRandom();
    LocalKeyFile.create(folder.resolve("keys.json"), "local", Set.of(new KeyId("lake")), random)
        .close();
    LocalSigningKeys signing =
        LocalSigningKeys.create(
            folder.resolve("signing.json"), EnumSet.allOf(KeyPurpose.class), random);
    Files.write(
        folder.resolve("keyring.json"),
        Keyring.create(signing.root(), 1, signing.verificationKeys("tester")));
    settings.put("crypto.key-id", "lake");
    settings.put("crypto.local.key-file", folder.resolve("keys.json").toString());
    settings.put("crypto.local.signing-key-file", folder.resolve("signing.json").toString());
    settings.put("crypto.keyring.file", folder.resolve("keyring.json").toString());
    settings.put("crypto.keyring.root-digest", signing.root().digest());
    settings.put("storage.local.root", folder.resolve("store").toString());
    settings.put("audit.origin", "strongroom.test/lake");
    settings.put("pipeline.tenant", "tenant-1");
  }

  private List<Module> modules() {
    ConfigReader reader = ConfigReader.of(settings);
    List<Module> modules =
        List.of(
            new StrictModule(),
            new CryptoModule(CryptoConfig.from(reader)),
            new KeyringModule(KeyringConfig.from(reader)),
            new LocalKeysModule(LocalKeysConfig.from(reader)),
            new LocalStoreModule(LocalStoreConfig.from(reader)),
            new AuditModule(AuditConfig.from(reader)),
            new PipelineModule(PipelineConfig.from(reader)));
    reader.verify();
    return modules;
  }

  /** As an application sets its injector up. */
  private static final class StrictModule extends AbstractModule {
    @Override
    protected void configure() {
      binder().requireExplicitBindings();
      binder().requireExactBindingAnnotations();
      binder().disableCircularProxies();
    }
  }

  @Test
  void smallestConfigurationGivesAWorkingRunner() {
    Injector injector = Guice.createInjector(Stage.PRODUCTION, modules());
    PipelineRunner runner = injector.getInstance(PipelineRunner.class);
    Pipeline pipeline =
        new Pipeline(
            new PipelineRef("payments", "nothing"),
            "1",
            List.of(
                new DatasetSpec(
                    new DatasetRef(Layer.GOLD, "payments", "nothing"),
                    DatasetMode.SNAPSHOT,
                    Protection.SEALED,
                    ConflictRule.NONE,
                    "v1")),
            List.of(new Nothing()),
            GatePolicy.defaults());

    RunResult result = runner.run(pipeline, RunSpec.of("2024-01", List.of(), "tester"));

    assertThat(result).isInstanceOf(RunResult.Completed.class);
    assertThat(runner).isSameAs(injector.getInstance(PipelineRunner.class));
    assertThat(injector.getInstance(AuditLog.class).entries(0))
        .extracting(entry -> entry.event().action())
        .containsExactly(
            "RUN_STARTED", "STEP_FINISHED", "RUN_CLOSED", "RUN_PROMOTING", "RUN_PROMOTED");
  }

  @Test
  void theRunnerOfAModuleThatIsAskedListsLiveFilesForEngines() {
    List<Module> modules = new ArrayList<>(modules());
    modules.set(
        modules.size() - 1,
        new PipelineModule(PipelineConfig.from(ConfigReader.of(settings)))
            .withSymlinks(key -> "s3://bank/" + key));
    Injector injector = Guice.createInjector(modules);
    ObjectStore store = injector.getInstance(ObjectStore.class);
    DatasetRef gold = new DatasetRef(Layer.GOLD, "payments", "one");
    Pipeline pipeline =
        new Pipeline(
            new PipelineRef("payments", "one"),
            "1",
            List.of(
                new DatasetSpec(
                    gold,
                    DatasetMode.SNAPSHOT,
                    Protection.ENGINE_READABLE,
                    ConflictRule.NONE,
                    "v1")),
            List.of(new Nothing()),
            GatePolicy.defaults());
    // A list of a partition in which nothing is live any more goes.
    String stale = gold.path() + "/_symlink_format_manifest/month=01/manifest";
    store.put(stale, new byte[] {1});
    injector
        .getInstance(PipelineRunner.class)
        .run(pipeline, RunSpec.of("2024-01", List.of(), "tester"));
    assertThat(store.get(stale)).isEmpty();
  }

  private static final class Nothing implements Step {
    @Override
    public String name() {
      return "nothing";
    }

    @Override
    public List<String> partitions(RunContext run) {
      return List.of("all");
    }

    @Override
    public PartitionOutcome run(PartitionContext context) {
      return PartitionOutcome.of(List.of());
    }
  }

  @Test
  void helperTypesAreNotVisibleOutside() {
    Injector injector = Guice.createInjector(modules());

    for (Class<?> hidden : List.of(PipelineConfig.class, Progress.class)) {
      assertThatExceptionOfType(ConfigurationException.class)
          .isThrownBy(() -> injector.getInstance(hidden));
    }
  }

  @Test
  void missingAndUnknownSettingsAreNamedTogether() {
    settings.remove("pipeline.tenant");
    settings.put("pipeline.thread", "4");

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(this::modules)
        .withMessageContaining("pipeline.tenant")
        .withMessageContaining("pipeline.thread");
  }

  @Test
  void modulesThatAreNotInstalledAreNoticedWhenTheInjectorIsMade() {
    List<Module> all = modules();
    for (int missing = 1; missing < all.size() - 1; missing++) {
      List<Module> some = new ArrayList<>(all);
      some.remove(missing);

      assertThatExceptionOfType(CreationException.class)
          .as(all.get(missing).getClass().getSimpleName())
          .isThrownBy(() -> Guice.createInjector(some));
    }
  }
}
