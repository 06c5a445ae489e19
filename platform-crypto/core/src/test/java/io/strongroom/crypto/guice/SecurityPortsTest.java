package io.strongroom.crypto.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.Provides;
import io.strongroom.crypto.CachingKeyService;
import io.strongroom.crypto.DataKeyLimits;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.RawAesKeyService;
import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.subject.FileSubjectKeyStore;
import io.strongroom.crypto.subject.SubjectKeyStore;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("verify")
class SecurityPortsTest {
  private static final KeyService KEYS =
      new RawAesKeyService("hsm", "key", new byte[32], new SecureRandom());
  private static final DataKeyLimits LIMITS = DataKeyLimits.of(Duration.ofMinutes(1), 10, 1000);
  private static final Signer SIGNER = Ed25519Signer.fromSeed(KeyPurpose.MANIFEST, new byte[32]);

  /** What a bank writes that has its own hardware module. */
  @SecurityPortPermit
  private static final class Hsm extends AbstractModule {
    @Provides
    KeyService keys() {
      return KEYS;
    }

    @Provides
    @For(KeyPurpose.MANIFEST)
    Signer signer() {
      return SIGNER;
    }

    @Provides
    SubjectKeyStore subjects() {
      return new FileSubjectKeyStore(Path.of("subjects"));
    }
  }

  /** The same without the permit. */
  private static final class ByTheWay extends AbstractModule {
    @Provides
    KeyService keys() {
      return KEYS;
    }
  }

  static Stream<Module> withoutThePermit() {
    return Stream.of(
        new ByTheWay(),
        binder -> binder.bind(KeyService.class).toInstance(KEYS),
        binder -> binder.bind(KeyService.class).toProvider(() -> KEYS),
        binder ->
            binder
                .bind(CachingKeyService.class)
                .toProvider(() -> CachingKeyService.builder(KEYS, LIMITS).build()),
        binder -> binder.bind(Signer.class).toInstance(SIGNER),
        binder ->
            binder
                .bind(Key.get(Signer.class, new ForPurpose(KeyPurpose.MANIFEST)))
                .toInstance(SIGNER),
        binder ->
            binder
                .bind(SubjectKeyStore.class)
                .toInstance(new FileSubjectKeyStore(Path.of("subjects"))));
  }

  @ParameterizedTest
  @MethodSource
  void withoutThePermit(Module module) {
    assertThatThrownBy(() -> Guice.createInjector(module))
        .isInstanceOf(CreationException.class)
        .hasMessageContaining("SecurityPortPermit")
        .hasMessageContaining("annotate your own module class, not a lambda");
  }

  @Test
  void aModuleWithThePermitBindsThePorts() {
    Injector injector =
        Guice.createInjector(new Hsm(), new CryptoModule(new CryptoConfig(new KeyId("key"), 1024)));
    assertThat(injector.getInstance(KeyService.class)).isSameAs(KEYS);
    assertThat(injector.getInstance(EnvelopeEncryptor.class)).isNotNull();
    assertThat(injector.getInstance(SubjectKeyStore.class)).isNotNull();
    assertThat(injector.getInstance(Key.get(Signer.class, new ForPurpose(KeyPurpose.MANIFEST))))
        .isSameAs(SIGNER);
  }

  @Test
  void aPermitReachesTheModulesThatAreInstalledUnderIt() {
    @SecurityPortPermit
    final class Outer extends AbstractModule {
      @Override
      protected void configure() {
        install(new ByTheWay());
      }
    }
    assertThat(Guice.createInjector(new Outer()).getInstance(KeyService.class)).isSameAs(KEYS);
  }

  @Test
  void withoutGuiceAPortIsAnOrdinaryInterface() throws Exception {
    URL[] withoutGuice =
        Arrays.stream(System.getProperty("java.class.path").split(":", -1))
            .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("guice"))
            .map(SecurityPortsTest::url)
            .toArray(URL[]::new);
    try (URLClassLoader loader =
        new URLClassLoader(withoutGuice, ClassLoader.getPlatformClassLoader())) {
      for (Class<?> port : List.of(KeyService.class, Signer.class, SubjectKeyStore.class)) {
        Class<?> alone = loader.loadClass(port.getName());
        assertThat(alone).isNotSameAs(port);
        assertThat(alone.getAnnotations()).isEmpty();
        assertThat(alone.getMethods()).hasSameSizeAs(port.getMethods());
        assertThat(Arrays.stream(port.getAnnotations()).map(Annotation::annotationType))
            .isNotEmpty();
      }
    }
  }

  private static URL url(String entry) {
    try {
      return Path.of(entry).toUri().toURL();
    } catch (IOException malformed) {
      throw new IllegalArgumentException(malformed);
    }
  }
}
