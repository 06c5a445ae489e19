package io.strongroom.storage;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Two threads that race other processes: to create {@code create/<round>} at the same millisecond,
 * then to increment each of a few counters so many times. Prints every win.
 */
final class RacingProcess {
  private static final int THREADS = 2;
  private static final int MILLIS = 8;
  static final int COUNTERS = 4;

  private RacingProcess() {}

  public static void main(String[] arguments) throws Exception {
    ObjectStore store = new LocalObjectStore(Path.of(arguments[0]));
    String name = arguments[1];
    int rounds = Integer.parseInt(arguments[2]);
    System.out.println("ready");
    byte[] line = new byte[100];
    int length = System.in.read(line);
    long start = Long.parseLong(new String(line, 0, length, StandardCharsets.UTF_8).strip());
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<Future<List<String>>> results = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      String me = name + t;
      results.add(
          threads.submit(
              () -> {
                List<String> wins = create(store, me, rounds, start);
                for (int i = 0; i < rounds / 10; i++) {
                  for (int counter = 0; counter < COUNTERS; counter++) {
                    wins.add(increment(store, "counter-" + (counter + i) % COUNTERS));
                  }
                }
                return wins;
              }));
    }
    for (Future<List<String>> result : results) {
      result.get().forEach(System.out::println);
    }
    threads.shutdown();
  }

  private static List<String> create(ObjectStore store, String me, int rounds, long start)
      throws Exception {
    List<String> wins = new ArrayList<>();
    byte[] content = me.getBytes(StandardCharsets.UTF_8);
    for (int r = 0; r < rounds; r++) {
      while (System.currentTimeMillis() < start + (long) r * MILLIS) {
        Thread.onSpinWait();
      }
      WriteResult result;
      if (r % 2 == 0) {
        result = store.putIfAbsent("create/" + r, content);
      } else {
        try (ObjectUpload upload = store.upload("create/" + r)) {
          upload.stream().write(content);
          result = upload.commit();
        }
      }
      if (result instanceof WriteResult.Won) {
        wins.add("create " + r + " " + me);
      }
    }
    return wins;
  }

  private static String increment(ObjectStore store, String counter) {
    while (true) {
      StoredObject seen = store.get(counter).orElseThrow();
      int next = Integer.parseInt(new String(seen.content(), StandardCharsets.UTF_8)) + 1;
      byte[] content = Integer.toString(next).getBytes(StandardCharsets.UTF_8);
      if (store.putIfMatch(counter, content, seen.etag()) instanceof WriteResult.Won) {
        return counter + " " + next;
      }
    }
  }
}
