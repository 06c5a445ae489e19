package io.strongroom.storage.publication;

import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.testing.CrashingObjectStore;
import io.strongroom.storage.testing.CrashingObjectStore.When;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Lives until it is killed. Before or after the n-th operation on its store it says {@code NOW} and
 * waits for that. Arguments: folder, name, seed, n, BEFORE or AFTER.
 */
final class PublicationProcess {
  private PublicationProcess() {}

  public static void main(String[] arguments) {
    Path folder = Path.of(arguments[0]);
    CrashingObjectStore store =
        new CrashingObjectStore(
            new LocalObjectStore(folder.resolve("store")),
            Long.parseLong(arguments[3]),
            When.valueOf(arguments[4]),
            PublicationProcess::awaitDeath);
    PublicationLife life =
        new PublicationLife(
            store,
            new StoredIntents(new LocalObjectStore(folder.resolve("log"))),
            arguments[1],
            new Random(Long.parseLong(arguments[2])),
            System.out::println);
    System.out.println("READY");
    life.act(PublicationLife.Deed.RECOVER);
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
