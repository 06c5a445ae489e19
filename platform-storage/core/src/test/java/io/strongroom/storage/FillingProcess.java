package io.strongroom.storage;

import java.nio.file.Path;

/** Writes objects for which there is no room and prints what comes of it. */
final class FillingProcess {
  private FillingProcess() {}

  public static void main(String[] arguments) throws Exception {
    ObjectStore store = new LocalObjectStore(Path.of(arguments[0]));
    byte[] content = new byte[2 * 1024 * 1024];
    attempt(() -> store.putIfAbsent("a/absent", content));
    attempt(() -> store.put("a/put", content));
    attempt(
        () -> {
          try (ObjectUpload upload = store.upload("a/upload")) {
            upload.stream().write(content);
            return upload.commit();
          }
        });
  }

  private interface Write {
    WriteResult run() throws Exception;
  }

  private static void attempt(Write write) throws Exception {
    try {
      System.out.println(write.run());
    } catch (StorageException e) {
      System.out.println(e.code().name() + " " + e.getMessage());
    }
  }
}
