package io.strongroom.examples.lake;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.testing.CrashingObjectStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The program in a process that halts, as by {@code kill -9}, before or after the n-th operation on
 * its store. Arguments: n, BEFORE or AFTER, and the words for the program.
 */
final class HaltingMain {
  private HaltingMain() {}

  public static void main(String[] args) {
    long at = Long.parseLong(args[0]);
    CrashingObjectStore.When when = CrashingObjectStore.When.valueOf(args[1]);
    LakeModules modules =
        new LakeModules(
            Map.of(),
            config ->
                new AbstractModule() {
                  @Provides
                  @Singleton
                  ObjectStore store() {
                    return new CrashingObjectStore(
                        new LocalObjectStore(config.root()),
                        at,
                        when,
                        () -> Runtime.getRuntime().halt(137));
                  }
                });
    LakeProgram program =
        new LakeProgram(modules, Path.of("lake"), Optional.empty(), "lake", System.out, System.err);
    System.exit(program.run(List.of(args).subList(2, args.length)));
  }
}
