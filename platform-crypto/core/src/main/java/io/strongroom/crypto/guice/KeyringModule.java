package io.strongroom.crypto.guice;

import com.google.inject.PrivateModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.crypto.KeyFileException;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.SeenKeyrings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Objects;

/**
 * Exposes {@link Keyring}, read from a file and checked against the pinned digest of its root key
 * and, where a file for that is given, against the newest one that was seen. An application that
 * keeps its keyring elsewhere binds {@link Keyring#parse} itself instead.
 */
public final class KeyringModule extends PrivateModule {
  private static final int MAX_BYTES = 16 * 1024 * 1024;

  private final KeyringConfig config;

  /**
   * A module of one keyring.
   *
   * @param config the settings
   */
  public KeyringModule(KeyringConfig config) {
    this.config = Objects.requireNonNull(config, "config");
  }

  @Override
  protected void configure() {
    bind(KeyringConfig.class).toInstance(config);
    expose(Keyring.class);
  }

  @Provides
  @Singleton
  Keyring keyring() {
    try (InputStream in = Files.newInputStream(config.file())) {
      byte[] stored = in.readNBytes(MAX_BYTES);
      return config
          .seenFile()
          .map(SeenKeyrings::inFile)
          .orElseGet(SeenKeyrings::new)
          .accept(stored, config.rootDigest());
    } catch (IOException unreadable) {
      throw new KeyFileException(
          CryptoErrorCode.KEY_FILE_UNREADABLE,
          "the keyring file " + config.file() + " cannot be read",
          unreadable);
    }
  }
}
