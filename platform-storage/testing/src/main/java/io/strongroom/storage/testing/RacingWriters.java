package io.strongroom.storage.testing;

import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.ObjectUpload;
import io.strongroom.storage.StoredObject;
import io.strongroom.storage.WriteResult;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** One process of an {@link ObjectStoreRace}: prints every win, and how it learned of it. */
final class RacingWriters {
  static final String MARK = "race: ";
  static final String REPLACED = "race/replaced";
  private static final int MILLIS = 10;

  private RacingWriters() {}

  public static void main(String[] arguments) {
    int status = 0;
    try {
      race(arguments);
    } catch (Exception | AssertionError e) {
      System.out.println(MARK + "failed: " + e);
      status = 1;
    }
    System.out.flush();
    // At once, whatever threads the store or a failed writer has left.
    Runtime.getRuntime().halt(status);
  }

  private static void race(String[] arguments) throws Exception {
    ObjectStore store =
        Class.forName(arguments[0])
            .asSubclass(ObjectStoreRace.Opener.class)
            .getConstructor()
            .newInstance()
            .open(arguments[1]);
    String name = arguments[2];
    int rounds = Integer.parseInt(arguments[3]);
    store.head(REPLACED);
    System.out.println(MARK + "ready");
    long start =
        Long.parseLong(
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                .readLine());
    ExecutorService threads = Executors.newFixedThreadPool(ObjectStoreRace.THREADS);
    List<Future<List<String>>> results = new ArrayList<>();
    for (int t = 0; t < ObjectStoreRace.THREADS; t++) {
      String me = name + t;
      results.add(
          threads.submit(
              () -> {
                List<String> wins = create(store, me, rounds, start);
                wins.addAll(replace(store, me, rounds));
                return wins;
              }));
    }
    for (Future<List<String>> result : results) {
      result.get().forEach(line -> System.out.println(MARK + line));
    }
  }

  static String created(int round) {
    return "race/create/" + round;
  }

  static String text(ObjectStore store, String key) {
    return new String(
        store.get(key).orElseThrow(() -> new AssertionError(key + " is missing")).content(),
        StandardCharsets.UTF_8);
  }

  static List<String> lines(String text) {
    return text.lines().toList();
  }

  private static List<String> create(ObjectStore store, String me, int rounds, long start)
      throws Exception {
    List<String> wins = new ArrayList<>();
    byte[] content = me.getBytes(StandardCharsets.UTF_8);
    for (int round = 0; round < rounds; round++) {
      while (System.currentTimeMillis() < start + (long) round * MILLIS) {
        Thread.onSpinWait();
      }
      String key = created(round);
      WriteResult result;
      if (round % 2 == 0) {
        result = store.putIfAbsent(key, content);
      } else {
        try (ObjectUpload upload = store.upload(key)) {
          upload.stream().write(content);
          result = upload.commit();
        }
      }
      if (result instanceof WriteResult.Won) {
        wins.add("create " + round + " " + me + " told");
      } else if (result instanceof WriteResult.Unknown && text(store, key).equals(me)) {
        wins.add("create " + round + " " + me + " read");
      }
    }
    return wins;
  }

  /** Adds lines to one object until it has so many: each line names its writer and try. */
  private static List<String> replace(ObjectStore store, String me, int rounds) {
    List<String> wins = new ArrayList<>();
    store.putIfAbsent(REPLACED, new byte[0]);
    String before = "";
    for (int attempt = 0; ; attempt++) {
      StoredObject seen = store.get(REPLACED).orElseThrow();
      String text = new String(seen.content(), StandardCharsets.UTF_8);
      if (!text.startsWith(before)) {
        throw new IllegalStateException("the object went back");
      }
      before = text;
      int round = lines(text).size();
      if (round >= rounds) {
        return wins;
      }
      String mine = me + "-" + attempt;
      String line = round + " " + mine + "\n";
      byte[] content = (text + line).getBytes(StandardCharsets.UTF_8);
      WriteResult result = store.putIfMatch(REPLACED, content, seen.etag());
      if (result instanceof WriteResult.Won) {
        wins.add("replace " + round + " " + mine + " told");
      } else if (result instanceof WriteResult.Unknown && text(store, REPLACED).contains(line)) {
        wins.add("replace " + round + " " + mine + " read");
      }
    }
  }
}
