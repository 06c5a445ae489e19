package io.strongroom.storage;

import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.EnvelopeEncryptor;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.RawAesKeyService;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/**
 * Writes and reads 64 MiB through an enveloped object; prints whether that is more than its heap.
 */
final class EnvelopingProcess {
  private static final int PIECE = 1024 * 1024;
  private static final int PIECES = 64;

  private EnvelopingProcess() {}

  public static void main(String[] arguments) throws Exception {
    EnvelopedObjects objects =
        new EnvelopedObjects(
            new LocalObjectStore(Path.of(arguments[0])),
            EnvelopeEncryptor.builder(
                    new RawAesKeyService("test", "lake", new byte[32], new SecureRandom()))
                .build());
    EncryptionContext context = EncryptionContext.of(Map.of("dataset", "a"));
    byte[] piece = new byte[PIECE];
    try (ObjectUpload upload = objects.upload("large", new KeyId("lake"), context)) {
      for (int i = 0; i < PIECES; i++) {
        new Random(i).nextBytes(piece);
        upload.stream().write(piece);
      }
      upload.commit();
    }
    long read = 0;
    try (InputStream in = objects.open("large", context)) {
      for (int i = 0; i < PIECES; i++) {
        new Random(i).nextBytes(piece);
        byte[] found = in.readNBytes(PIECE);
        if (!Arrays.equals(piece, found)) {
          throw new AssertionError("piece " + i + " differs");
        }
        read += found.length;
      }
      if (in.read() != -1) {
        throw new AssertionError("there is more");
      }
    }
    boolean larger = read > Runtime.getRuntime().maxMemory();
    System.out.println(
        "read back " + read + " bytes, " + (larger ? "more" : "less") + " than heap");
  }
}
