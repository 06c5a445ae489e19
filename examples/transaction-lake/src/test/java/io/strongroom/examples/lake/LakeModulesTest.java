package io.strongroom.examples.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.ConfigurationException;
import com.google.inject.Injector;
import io.strongroom.audit.AuditIntentLog;
import io.strongroom.audit.AuditLog;
import io.strongroom.base.ConfigException;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.signing.LocalSigningKeys;
import io.strongroom.crypto.token.Tokenizer;
import io.strongroom.examples.lake.balances.BalancesPipeline;
import io.strongroom.examples.lake.transactions.TransactionsPipeline;
import io.strongroom.pipeline.PipelineRunner;
import io.strongroom.pipeline.Progress;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class LakeModulesTest {
  @TempDir Path root;
  private LakeFolder folder;

  @BeforeEach
  void setUp() {
    folder = new LakeFolder(root.resolve("lake"));
    assertThat(new LakeSetup(folder, new SecureRandom()).complete()).isTrue();
  }

  @Test
  void theListOfModulesMakesTheProgram() {
    Injector injector = assemble(List.of());
    assertThat(
            List.of(
                injector.getInstance(PipelineRunner.class),
                injector.getInstance(TransactionsPipeline.class),
                injector.getInstance(BalancesPipeline.class),
                injector.getInstance(AuditLog.class),
                injector.getInstance(ObjectStore.class),
                injector.getInstance(KeyService.class),
                injector.getInstance(EnvelopeEncryptor.class),
                injector.getInstance(Tokenizer.class)))
        .doesNotContainNull();
  }

  @Test
  void whatAModuleKeepsToItselfIsNotVisible() {
    Injector injector = assemble(List.of());
    for (Class<?> hidden :
        List.of(AuditIntentLog.class, LocalSigningKeys.class, LocalObjectStore.class)) {
      assertThatThrownBy(() -> injector.getInstance(hidden))
          .isInstanceOf(ConfigurationException.class);
    }
  }

  @Test
  void aSettingThatIsMissingIsNamed() throws IOException {
    String properties = Files.readString(folder.properties());
    Files.writeString(
        folder.properties(),
        properties.replaceAll("(?m)^(audit.origin|lake.token-key.digest)=.*$", ""));
    assertThatThrownBy(() -> assemble(List.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("audit.origin")
        .hasMessageContaining("lake.token-key.digest");
  }

  @Test
  void aSettingOfTheCommandLineWinsOverTheEnvironmentAndThatOverTheFile() {
    LakeModules modules = new LakeModules(Map.of("LAKE_ACTOR", "environment"));
    assertThat(actor(modules, List.of())).isEqualTo("environment");
    assertThat(actor(modules, List.of("lake.actor=argument"))).isEqualTo("argument");
  }

  private String actor(LakeModules modules, List<String> arguments) {
    return modules
        .assemble(folder, arguments, Progress.none())
        .getInstance(LakeConfig.class)
        .actor();
  }

  private Injector assemble(List<String> arguments) {
    return new LakeModules(Map.of()).assemble(folder, arguments, Progress.none());
  }
}
