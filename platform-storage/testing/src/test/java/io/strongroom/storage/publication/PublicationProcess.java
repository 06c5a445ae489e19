package io.strongroom.storage.publication;

import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.testing.CrashingObjectStore;
import io.strongroom.storage.testing.CrashingObjectStore.When;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Lives until it is killed. Before or after the n-th operation on its store it says {@code NOW} and
 * waits for that. What the process before it left it mends first; whether that counts as part of
 * its life is the last argument. Arguments: folder, name, seed, n, BEFORE or AFTER, true or false.
 */
final class PublicationProcess {
  private PublicationProcess() {}

  public static void main(String[] arguments) {
    Path folder = Path.of(arguments[0]);
    StoredIntents intents = new StoredIntents(new LocalObjectStore(folder.resolve("log")));
    LocalObjectStore whole = new LocalObjectStore(folder.resolve("store"));
    boolean recovers = Boolean.parseBoolean(arguments[5]);
    Random random = new Random(Long.parseLong(arguments[2]));
    if (!recovers) {
      new PublicationLife(whole, intents, arguments[1] + "r", random, System.out::println)
          .act(PublicationLife.Deed.RECOVER);
    }
    CrashingObjectStore store =
        new CrashingObjectStore(
            whole,
            Long.parseLong(arguments[3]),
            When.valueOf(arguments[4]),
            PublicationProcess::awaitDeath);
    PublicationLife life =
        new PublicationLife(store, intents, arguments[1], random, System.out::println);
    System.out.println("READY");
    if (recovers) {
      life.act(PublicationLife.Deed.RECOVER);
    }
    while (true) {
      life.live();
    }
  }

  private static void awaitDeath() {
    System.out.println("NOW");
    while (true) {
      LockSupport.park();
    }
  }
}
