package io.strongroom.examples.lake;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What was asked for.
 *
 * @param command what to do
 * @param operands what stands after the command and is no option
 * @param lake the folder of the lake
 * @param again whether {@code --again} was given
 * @param reason the text of {@code --reason}
 * @param asOfMonth the month of {@code --as-of-month}
 * @param limit the number of {@code --limit}
 * @param settings the {@code key=value} of each {@code --set}
 */
record CommandLine(
    Command command,
    List<String> operands,
    Path lake,
    boolean again,
    Optional<String> reason,
    Optional<YearMonth> asOfMonth,
    int limit,
    List<String> settings) {

  static final int USUAL_LIMIT = 12;

  static final String HELP =
      """
      transaction-lake [run] [FILE]   run on FILE, or on the sample that ships with this
          --again --reason TEXT       run although FILE is published, superseding that run
          --as-of-month YYYY-MM       balances up to this month; usually the last one in silver
      transaction-lake verify         check everything that is published, and the audit log
      transaction-lake balances       month-end balances by account token
      transaction-lake reveal --reason TEXT [TOKEN...]
                                      balances by customer number; audited
      transaction-lake generate ROWS SEED FILE
                                      write a file of made-up transactions

          --lake DIR                  the folder of the lake
          --limit N                   how many balances to print; 0 prints all
          --set key=value             a setting, before environment and lake.properties
      """;

  /** What the program can do. */
  enum Command {
    RUN,
    VERIFY,
    BALANCES,
    REVEAL,
    GENERATE,
    HELP;

    static Optional<Command> of(String word) {
      for (Command command : values()) {
        if (command.name().toLowerCase(Locale.ROOT).equals(word)) {
          return Optional.of(command);
        }
      }
      return Optional.empty();
    }
  }

  /**
   * Reads the words of a command line. The first word that belongs to no option is the command, or
   * else the file to run on.
   *
   * @throws LakeException USAGE for an unknown option or a missing or malformed value
   */
  static CommandLine parse(List<String> words, Path usualLake) {
    List<String> rest = new ArrayList<>(words);
    if (rest.contains("--help") || rest.contains("-h")) {
      rest = new ArrayList<>(List.of("help"));
    }
    Options options = new Options(usualLake);
    while (!rest.isEmpty()) {
      options.take(rest);
    }
    Optional<Command> named = options.operands.stream().findFirst().flatMap(Command::of);
    if (named.isPresent()) {
      options.operands.remove(0);
    }
    CommandLine line =
        new CommandLine(
            named.orElse(Command.RUN),
            List.copyOf(options.operands),
            options.lake,
            options.again,
            options.reason,
            options.asOfMonth,
            options.limit,
            List.copyOf(options.settings));
    line.check();
    return line;
  }

  private void check() {
    int operandsMost =
        switch (command) {
          case RUN -> 1;
          case GENERATE -> 3;
          case REVEAL -> Integer.MAX_VALUE;
          default -> 0;
        };
    if (operands.size() > operandsMost) {
      throw LakeException.usage("too many words after " + command.name().toLowerCase(Locale.ROOT));
    }
    if (command == Command.GENERATE && operands.size() != 3) {
      throw LakeException.usage("generate needs ROWS SEED FILE");
    }
    if ((command == Command.REVEAL || again) && reason.isEmpty()) {
      throw LakeException.usage((again ? "--again" : "reveal") + " needs --reason TEXT");
    }
    if (again && command != Command.RUN) {
      throw LakeException.usage("--again belongs to run");
    }
    if (reason.isPresent() && !again && command != Command.REVEAL) {
      throw LakeException.usage("--reason belongs to --again and to reveal");
    }
    if (asOfMonth.isPresent() && (command == Command.VERIFY || command == Command.GENERATE)) {
      throw LakeException.usage("--as-of-month belongs to run, balances and reveal");
    }
  }

  /** The options met so far. */
  private static final class Options {
    private final List<String> operands = new ArrayList<>();
    private final List<String> settings = new ArrayList<>();
    private Path lake;
    private boolean again;
    private Optional<String> reason = Optional.empty();
    private Optional<YearMonth> asOfMonth = Optional.empty();
    private int limit = USUAL_LIMIT;

    Options(Path lake) {
      this.lake = lake;
    }

    void take(List<String> rest) {
      String word = rest.remove(0);
      switch (word) {
        case "--again" -> again = true;
        case "--reason" -> reason = Optional.of(reason(value(word, rest)));
        case "--lake" -> lake = path(value(word, rest));
        case "--as-of-month" -> asOfMonth = Optional.of(month(value(word, rest)));
        case "--limit" -> limit = limit(value(word, rest));
        case "--set" -> settings.add(setting(value(word, rest)));
        default -> {
          if (word.startsWith("-") && !word.matches("-[0-9]+")) {
            throw LakeException.usage("unknown option " + word);
          }
          operands.add(word);
        }
      }
    }

    private static String value(String option, List<String> rest) {
      if (rest.isEmpty()) {
        throw LakeException.usage(option + " needs a value");
      }
      return rest.remove(0);
    }

    private static String reason(String text) {
      if (text.isBlank() || text.length() > 500) {
        throw LakeException.usage("--reason needs a text of at most 500 characters");
      }
      return text;
    }

    private static String setting(String text) {
      if (text.indexOf('=') < 1) {
        throw LakeException.usage("--set needs key=value");
      }
      return text;
    }

    private static YearMonth month(String text) {
      try {
        return YearMonth.parse(text);
      } catch (DateTimeException malformed) {
        throw LakeException.usage("--as-of-month needs a month such as 2026-03");
      }
    }

    private static int limit(String text) {
      try {
        int limit = Integer.parseInt(text);
        if (limit >= 0) {
          return limit == 0 ? Integer.MAX_VALUE : limit;
        }
      } catch (NumberFormatException malformed) {
        // Reported below.
      }
      throw LakeException.usage("--limit needs a number from 0");
    }
  }

  /** A path, or a usage error. */
  static Path path(String text) {
    if (text.isEmpty()) {
      throw LakeException.usage("a file name is empty");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException malformed) {
      throw LakeException.usage("a file name is not a path");
    }
  }
}
