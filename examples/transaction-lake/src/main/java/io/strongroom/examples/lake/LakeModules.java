package io.strongroom.examples.lake;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import io.strongroom.audit.guice.AuditConfig;
import io.strongroom.audit.guice.AuditModule;
import io.strongroom.base.ConfigReader;
import io.strongroom.crypto.guice.CryptoConfig;
import io.strongroom.crypto.guice.CryptoModule;
import io.strongroom.crypto.guice.KeyringConfig;
import io.strongroom.crypto.guice.KeyringModule;
import io.strongroom.crypto.guice.LocalKeysConfig;
import io.strongroom.crypto.guice.LocalKeysModule;
import io.strongroom.pipeline.PipelineConfig;
import io.strongroom.pipeline.Progress;
import io.strongroom.pipeline.guice.PipelineModule;
import io.strongroom.storage.guice.LocalStoreConfig;
import io.strongroom.storage.guice.LocalStoreModule;
import io.strongroom.storage.guice.StorageConfig;
import io.strongroom.storage.guice.StorageModule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What this application is made of. The choice of the local store and the local key file is made
 * here, by the modules that are installed; with others it runs elsewhere unchanged.
 */
final class LakeModules {
  private final Map<String, String> environment;
  private final Function<LocalStoreConfig, Module> storeModule;

  /**
   * The usual modules.
   *
   * @param environment settings from the environment
   */
  LakeModules(Map<String, String> environment) {
    this(environment, LocalStoreModule::new);
  }

  /**
   * The usual modules over another store.
   *
   * @param environment settings from the environment
   * @param storeModule makes the module that binds the store
   */
  LakeModules(Map<String, String> environment, Function<LocalStoreConfig, Module> storeModule) {
    this.environment = Map.copyOf(environment);
    this.storeModule = storeModule;
  }

  /**
   * A reader of the settings of a lake; of the surroundings alone where there is no lake yet.
   *
   * @throws LakeException USAGE when an argument sets what follows from the folder
   */
  ConfigReader reader(LakeFolder folder, List<String> arguments) {
    Map<String, Path> places =
        Map.of(
            "storage.local.root", folder.store(),
            "crypto.keyring.file", folder.store().resolve(LakeFolder.KEYRING),
            "crypto.local.key-file", folder.keyFile(),
            "crypto.local.signing-key-file", folder.signingKeyFile());
    List<String> all = new ArrayList<>(arguments);
    places.forEach(
        (key, place) -> {
          if (arguments.stream().anyMatch(argument -> argument.startsWith(key + "="))) {
            throw LakeException.usage(key + " follows from --lake and cannot be set");
          }
          all.add(key + "=" + place);
        });
    boolean made = Files.exists(folder.properties());
    return ConfigReader.load(made ? folder.properties() : null, environment, all);
  }

  /**
   * The application, every setting checked and nothing opened yet.
   *
   * @throws io.strongroom.base.ConfigException with all problems of all settings
   */
  Injector assemble(LakeFolder folder, List<String> arguments, Progress progress) {
    ConfigReader reader = reader(folder, arguments);
    LakeConfig lake = LakeConfig.from(reader);
    PipelineConfig pipelines = PipelineConfig.from(reader);
    InstantSource clock = InstantSource.system();
    List<Module> modules =
        List.of(
            new CryptoModule(CryptoConfig.from(reader)),
            new KeyringModule(KeyringConfig.from(reader)),
            new LocalKeysModule(LocalKeysConfig.from(reader)),
            storeModule.apply(LocalStoreConfig.from(reader)),
            new StorageModule(StorageConfig.from(reader)),
            new AuditModule(AuditConfig.from(reader)),
            new PipelineModule(pipelines, progress, clock),
            new LakeModule(lake, pipelines, clock),
            new Strict());
    reader.verify();
    lake.requireProtection();
    return Guice.createInjector(modules);
  }

  /** Nothing is bound that no module binds. */
  private static final class Strict extends AbstractModule {
    @Override
    protected void configure() {
      binder().requireExplicitBindings();
      binder().requireAtInjectOnConstructors();
      binder().requireExactBindingAnnotations();
      binder().disableCircularProxies();
    }
  }
}
