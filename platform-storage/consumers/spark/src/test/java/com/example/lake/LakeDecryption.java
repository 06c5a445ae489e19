package com.example.lake;

import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.RawAesKeyService;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.PipelineRef;
import io.strongroom.storage.parquet.engine.RunKeyDecryption;
import io.strongroom.storage.parquet.engine.RunKeyRetriever;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** The class that an application names in Spark's settings. */
public class LakeDecryption extends RunKeyDecryption {
  static final Path LAKE = Path.of("../only-parquet/target/lake").toAbsolutePath().normalize();
  static final PipelineRef PIPELINE = PipelineRef.parse("payments/transactions");

  static Keyring keyring() {
    try {
      return Keyring.parse(
          Files.readAllBytes(LAKE.resolveSibling("keyring.json")),
          Files.readString(LAKE.resolveSibling("keyring.root")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  KeyService keys() {
    return new RawAesKeyService("bank", "lake", new byte[32], new SecureRandom());
  }

  @Override
  protected RunKeyRetriever retriever(Configuration configuration) {
    return new RunKeyRetriever(new LocalObjectStore(LAKE), List.of(PIPELINE), keyring(), keys());
  }
}
