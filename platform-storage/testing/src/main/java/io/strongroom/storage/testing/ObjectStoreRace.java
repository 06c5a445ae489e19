package io.strongroom.storage.testing;

import io.strongroom.storage.ObjectStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Eight writers in four Java processes of their own race on one store: first to create each of a
 * number of objects, then to replace one object as many times.
 *
 * <p>Checked is that each object was created by exactly one writer, the one whose content stands;
 * that each replacement has exactly one winner; that no writer sees the object go back; and that
 * nothing which was won is missing in the end. A writer that gets {@link
 * io.strongroom.storage.WriteResult.Unknown} reads back, as its contract says.
 */
public final class ObjectStoreRace {
  static final int THREADS = 2;
  private static final int PROCESSES = 4;

  private final Class<? extends Opener> opener;
  private final String argument;
  private final int rounds;

  /** Opens the same store in every process. The class is public and has such a constructor. */
  @FunctionalInterface
  public interface Opener {
    /**
     * Opens the store.
     *
     * @param argument says which, such as a folder or an endpoint
     * @throws Exception when it cannot be opened; the race then fails
     */
    ObjectStore open(String argument) throws Exception;
  }

  /**
   * What happened.
   *
   * @param created objects, each with one creator
   * @param replaced replacements, each with one winner
   * @param foundOut outcomes that were unknown and were found out by reading
   */
  public record Outcome(int created, int replaced, int foundOut) {}

  /**
   * A race.
   *
   * @param opener opens the store in each process; with a public constructor without arguments
   * @param argument given to it
   * @param rounds how many objects are created, and how often one is replaced
   */
  public ObjectStoreRace(Class<? extends Opener> opener, String argument, int rounds) {
    this.opener = Objects.requireNonNull(opener, "opener");
    this.argument = Objects.requireNonNull(argument, "argument");
    this.rounds = rounds;
  }

  /**
   * Runs it, on a store in which no key starts with {@code race/}.
   *
   * @param store the store that the processes open, to look at the end
   * @throws AssertionError when the store let two win, or none, or went back
   * @throws IOException when a process cannot be started
   * @throws InterruptedException when the thread is interrupted; the processes are ended
   */
  public Outcome run(ObjectStore store) throws IOException, InterruptedException {
    List<Process> processes = new ArrayList<>();
    try {
      List<BufferedReader> outputs = new ArrayList<>();
      for (int i = 0; i < PROCESSES; i++) {
        Process process = start("p" + i + "t");
        processes.add(process);
        outputs.add(process.inputReader(StandardCharsets.UTF_8));
      }
      for (BufferedReader output : outputs) {
        String line = said(output);
        require("ready".equals(line), "a writer did not start: " + line);
      }
      long start = System.currentTimeMillis() + 100;
      for (Process process : processes) {
        new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8).println(start);
      }
      List<String> lines = new ArrayList<>();
      for (BufferedReader output : outputs) {
        for (String line = said(output); line != null; line = said(output)) {
          lines.add(line);
        }
      }
      for (Process process : processes) {
        require(process.waitFor() == 0, "a writer failed: " + lines);
      }
      return judge(store, lines);
    } finally {
      processes.forEach(Process::destroyForcibly);
    }
  }

  private Process start(String name) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            RacingWriters.class.getName(),
            opener.getName(),
            argument,
            name,
            String.valueOf(rounds))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** The next line that is meant for us; others are somebody's log. */
  private static @Nullable String said(BufferedReader output) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(RacingWriters.MARK)) {
        return line.substring(RacingWriters.MARK.length());
      }
    }
    return null;
  }

  private Outcome judge(ObjectStore store, List<String> lines) {
    Map<Integer, String> creators = new HashMap<>();
    Map<Integer, String> replacers = new HashMap<>();
    int foundOut = 0;
    for (String line : lines) {
      String[] words = line.split(" ", -1);
      Map<Integer, String> winners = words[0].equals("create") ? creators : replacers;
      String other = winners.put(Integer.valueOf(words[1]), words[2]);
      require(other == null, line + ", but " + other + " won that, too");
      if (words[3].equals("read")) {
        foundOut++;
      }
    }
    require(creators.size() == rounds, creators.size() + " objects have a creator");
    creators.forEach(
        (round, winner) ->
            require(
                RacingWriters.text(store, RacingWriters.created(round)).equals(winner),
                "object " + round + " is not its creator's"));
    List<String> log = RacingWriters.lines(RacingWriters.text(store, RacingWriters.REPLACED));
    require(log.size() == rounds, "the replaced object tells of " + log.size() + " writes");
    for (int i = 0; i < rounds; i++) {
      require(
          log.get(i).equals(i + " " + replacers.get(i)),
          "replacement " + i + " was won by " + replacers.get(i) + ", but it says " + log.get(i));
    }
    require(replacers.size() == rounds, replacers.size() + " replacements were won");
    return new Outcome(creators.size(), replacers.size(), foundOut);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
