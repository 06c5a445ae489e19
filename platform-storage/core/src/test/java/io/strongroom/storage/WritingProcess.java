package io.strongroom.storage;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/**
 * Writes objects without end, in every way there is, and prints the key of each that was
 * acknowledged. The content of an object tells whether it is whole.
 */
final class WritingProcess {
  private WritingProcess() {}

  public static void main(String[] arguments) throws Exception {
    ObjectStore store = new LocalObjectStore(Path.of(arguments[0]));
    String name = arguments[1];
    Random random = new Random();
    byte[][] contents = new byte[10][];
    for (int i = 0; i < contents.length; i++) {
      contents[i] = content(random.nextLong(), 1 + random.nextInt(1_500_000));
    }
    System.out.println("ready");
    for (int i = 0; ; i++) {
      byte[] content = contents[i % contents.length];
      String key = name + "/" + i % 50 + "/" + i;
      WriteResult result =
          switch (i % 4) {
            case 0 -> store.putIfAbsent(key, content);
            case 1 -> store.put(key, content);
            case 2 -> {
              key = name + "/replaced";
              yield store.put(key, content);
            }
            default -> {
              try (ObjectUpload upload = store.upload(key)) {
                upload.stream().write(content, 0, content.length / 2);
                upload.stream()
                    .write(content, content.length / 2, content.length - content.length / 2);
                yield upload.commit();
              }
            }
          };
      if (result instanceof WriteResult.Won) {
        System.out.println(key);
      }
    }
  }

  /** Seed, length and then bytes that follow from the seed. */
  static byte[] content(long seed, int length) {
    byte[] body = new byte[length];
    new Random(seed).nextBytes(body);
    return ByteBuffer.allocate(12 + length).putLong(seed).putInt(length).put(body).array();
  }

  static boolean isWhole(byte[] content) {
    if (content.length < 12) {
      return false;
    }
    ByteBuffer buffer = ByteBuffer.wrap(content);
    return Arrays.equals(content, content(buffer.getLong(), buffer.getInt()));
  }
}
