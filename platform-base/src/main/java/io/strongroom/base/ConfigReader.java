package io.strongroom.base;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads flat {@code key=value} settings and reports every problem at once.
 *
 * <p>Reading methods never throw for a bad setting: they record the problem and return a harmless
 * placeholder. {@link #verify()}, called once after everything is read and before anything is used,
 * throws one exception with all problems: missing, malformed and unknown settings. An unknown
 * setting is one in the file or among the arguments that no reading method asked for.
 *
 * <p>A value of the form {@code ${env:NAME}} stands for the environment variable of that name,
 * except for secrets, which are {@link SecretReference}s. An empty value is a problem; an empty
 * environment variable counts as absent.
 *
 * <p>Not safe for use by several threads. Messages name settings and never values.
 */
public final class ConfigReader {
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,18})(B|KiB|MiB|GiB|TiB)?");
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,12})(ms|s|m|h|d)");
  private static final Pattern ENVIRONMENT = Pattern.compile("\\$\\{env:([^{}]+)}");
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{[a-z]+:.*}");
  private static final String PLACEHOLDER = "unset";
  private static final int LONGEST_KEY_SHOWN = 100;

  private final Map<String, String> arguments;
  private final Map<String, String> environment;
  private final Map<String, String> file;
  private final SortedSet<String> known = new TreeSet<>();
  private final Set<String> problems = new LinkedHashSet<>();

  private ConfigReader(
      Map<String, String> arguments, Map<String, String> environment, Map<String, String> file) {
    this.arguments = new TreeMap<>(arguments);
    this.environment = Map.copyOf(environment);
    this.file = new TreeMap<>(file);
  }

  /**
   * A reader of the given settings alone.
   *
   * @param values setting to value
   * @return the reader
   */
  public static ConfigReader of(Map<String, String> values) {
    return new ConfigReader(values, Map.of(), Map.of());
  }

  /**
   * A reader of three sources. An argument wins over the environment, which wins over the file.
   *
   * @param propertiesFile a UTF-8 properties file, or null for none
   * @param environment the environment; {@code storage.local.root} is looked up as {@code
   *     STORAGE_LOCAL_ROOT}, a hyphen like a dot
   * @param arguments {@code key=value} or {@code --key=value}
   * @return the reader; a malformed or repeated argument is reported by {@link #verify()}
   * @throws ConfigException CONFIGURATION_FILE_UNREADABLE when the file cannot be read
   */
  public static ConfigReader load(
      @Nullable Path propertiesFile, Map<String, String> environment, List<String> arguments) {
    List<String> problems = new ArrayList<>();
    Map<String, String> given = new TreeMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      String plain = argument.startsWith("--") ? argument.substring(2) : argument;
      int equals = plain.indexOf('=');
      if (equals <= 0) {
        problems.add("argument " + (i + 1) + " is not of the form key=value");
        continue;
      }
      String key = plain.substring(0, equals);
      if (given.put(key, plain.substring(equals + 1)) != null) {
        problems.add(shown(key) + " is given twice among the arguments");
      }
    }
    Map<String, String> stored =
        propertiesFile == null ? Map.of() : readProperties(propertiesFile, problems);
    ConfigReader reader = new ConfigReader(given, environment, stored);
    reader.problems.addAll(problems);
    return reader;
  }

  private static Map<String, String> readProperties(Path path, List<String> problems) {
    Map<String, String> values = new TreeMap<>();
    Properties properties =
        new Properties() {
          private static final long serialVersionUID = 1L;

          @Override
          public synchronized @Nullable Object put(Object key, Object value) {
            if (values.put((String) key, (String) value) != null) {
              problems.add(shown((String) key) + " is given twice in " + path);
            }
            return null;
          }
        };
    try (Reader in = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
      properties.load(in);
    } catch (IOException | IllegalArgumentException unreadable) {
      throw new ConfigException(
          BaseErrorCode.CONFIGURATION_FILE_UNREADABLE,
          "the configuration file " + path + " cannot be read as a UTF-8 properties file",
          unreadable);
    }
    return values;
  }

  /**
   * Declares settings that belong to somebody else, such as an engine's own arguments, so that they
   * do not count as unknown.
   *
   * @param keys settings that may be there and are not read
   * @return this reader
   */
  public ConfigReader ignoring(Collection<String> keys) {
    keys.forEach(
        key -> {
          arguments.remove(key);
          file.remove(key);
        });
    return this;
  }

  /**
   * The text of a setting that must be there.
   *
   * @param key the setting
   * @return its value, or {@code unset} when it is missing
   */
  public String required(String key) {
    Optional<String> value = setting(key);
    if (value.isEmpty()) {
      missing(key);
    }
    return value.orElse(PLACEHOLDER);
  }

  /**
   * The text of a setting.
   *
   * @param key the setting
   * @param fallback its value when it is missing
   * @return its value
   */
  public String string(String key, String fallback) {
    return setting(key).orElse(fallback);
  }

  /**
   * The text of a setting that may be missing.
   *
   * @param key the setting
   * @return its value, or empty when it is missing
   */
  public Optional<String> optional(String key) {
    return setting(key);
  }

  /**
   * The path of a setting that must be there.
   *
   * @param key the setting
   * @return its value, or the path {@code unset} when it is missing or malformed
   */
  public Path requiredPath(String key) {
    Optional<String> value = setting(key);
    if (value.isEmpty()) {
      missing(key);
    }
    return asPath(key, value, Path.of(PLACEHOLDER));
  }

  /**
   * The path of a setting.
   *
   * @param key the setting
   * @param fallback its value when it is missing
   * @return its value, not resolved against anything
   */
  public Path path(String key, Path fallback) {
    return asPath(key, setting(key), fallback);
  }

  private Path asPath(String key, Optional<String> value, Path otherwise) {
    if (value.isEmpty()) {
      return otherwise;
    }
    try {
      return Path.of(value.get());
    } catch (InvalidPathException malformed) {
      problem(key, "is not a path");
      return otherwise;
    }
  }

  /**
   * The integer of a setting.
   *
   * @param key the setting
   * @param fallback its value when it is missing
   * @param min the smallest value accepted
   * @param max the largest value accepted
   * @return its value, or the fallback when it is malformed or out of range
   */
  public long integer(String key, long fallback, long min, long max) {
    Optional<String> value = setting(key);
    if (value.isEmpty()) {
      return fallback;
    }
    try {
      long number = Long.parseLong(value.get());
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException malformed) {
      // Reported below, like a number out of range.
    }
    problem(key, "is not an integer from " + min + " to " + max);
    return fallback;
  }

  /**
   * The truth of a setting.
   *
   * @param key the setting
   * @param fallback its value when it is missing
   * @return its value: {@code true} or {@code false}, in lower case
   */
  public boolean flag(String key, boolean fallback) {
    Optional<String> value = setting(key);
    if (value.isEmpty()) {
      return fallback;
    }
    if (value.get().equals("true") || value.get().equals("false")) {
      return value.get().equals("true");
    }
    problem(key, "is neither true nor false");
    return fallback;
  }

  /**
   * The size of a setting.
   *
   * @param key the setting
   * @param fallbackBytes its value when it is missing
   * @return bytes: a number with {@code B}, {@code KiB}, {@code MiB}, {@code GiB}, {@code TiB} or
   *     nothing behind it
   */
  public long size(String key, long fallbackBytes) {
    Optional<String> value = setting(key);
    if (value.isEmpty()) {
      return fallbackBytes;
    }
    Matcher size = SIZE.matcher(value.get());
    if (size.matches()) {
      String unit = Optional.ofNullable(size.group(2)).orElse("B");
      int shift = 10 * List.of("B", "KiB", "MiB", "GiB", "TiB").indexOf(unit);
      long number = Long.parseLong(size.group(1));
      if (number <= Long.MAX_VALUE >> shift) {
        return number << shift;
      }
    }
    problem(key, "is not a size such as 128MiB");
    return fallbackBytes;
  }

  /**
   * The duration of a setting.
   *
   * @param key the setting
   * @param fallback its value when it is missing
   * @return its value, not negative: a number with {@code ms}, {@code s}, {@code m}, {@code h} or
   *     {@code d} behind it, or the form of ISO 8601
   */
  public Duration duration(String key, Duration fallback) {
    Optional<String> value = setting(key);
    if (value.isEmpty()) {
      return fallback;
    }
    Matcher plain = DURATION.matcher(value.get());
    if (plain.matches()) {
      long number = Long.parseLong(plain.group(1));
      return switch (plain.group(2)) {
        case "ms" -> Duration.ofMillis(number);
        case "s" -> Duration.ofSeconds(number);
        case "m" -> Duration.ofMinutes(number);
        case "h" -> Duration.ofHours(number);
        default -> Duration.ofDays(number);
      };
    }
    try {
      Duration parsed = Duration.parse(value.get());
      if (!parsed.isNegative()) {
        return parsed;
      }
    } catch (DateTimeParseException malformed) {
      // Reported below, like a negative one.
    }
    problem(key, "is not a duration such as 90s or PT15M");
    return fallback;
  }

  /**
   * One of the names of an enum.
   *
   * @param <E> the enum
   * @param key the setting
   * @param type the enum
   * @param fallback its value when it is missing, or null when it must be there
   * @return the constant whose name equals the value, whatever its case and with hyphens for
   *     underscores; when it is missing or unknown, the fallback or else the first constant
   */
  public <E extends Enum<E>> E choice(String key, Class<E> type, @Nullable E fallback) {
    E[] constants = type.getEnumConstants();
    E otherwise = fallback == null ? constants[0] : fallback;
    Optional<String> value = setting(key);
    if (value.isEmpty()) {
      if (fallback == null) {
        missing(key);
      }
      return otherwise;
    }
    List<String> names = new ArrayList<>();
    for (E constant : constants) {
      String name = constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (name.equals(value.get().toLowerCase(Locale.ROOT).replace('_', '-'))) {
        return constant;
      }
      names.add(name);
    }
    problem(key, "is none of " + String.join(", ", names));
    return otherwise;
  }

  /**
   * The reference of a secret.
   *
   * @param key the setting
   * @return its reference, or empty when it is missing or refused
   */
  public Optional<SecretReference> secret(String key) {
    Optional<String> value = raw(key);
    try {
      return value.map(SecretReference::new);
    } catch (ConfigException refused) {
      problem(key, "is refused: " + refused.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Records a problem that the reader cannot see itself, such as a value in conflict with another.
   *
   * @param key the setting
   * @param what the rest of a sentence that begins with the setting, without any value
   */
  public void problem(String key, String what) {
    problems.add(key + " " + what);
  }

  /**
   * Checks that nothing is wrong. To be called after everything was read and before anything that
   * was read is used.
   *
   * @throws ConfigException CONFIGURATION_INVALID with all problems; each unknown setting is named
   *     with the nearest known one
   */
  public void verify() {
    List<String> all = new ArrayList<>(problems);
    Set<String> given = new TreeSet<>(file.keySet());
    given.addAll(arguments.keySet());
    given.removeAll(known);
    for (String key : given) {
      String nearest = nearestKnown(key);
      all.add(
          shown(key)
              + " is not a known setting"
              + (nearest.isEmpty() ? "" : " (the nearest is " + nearest + ")"));
    }
    if (!all.isEmpty()) {
      throw new ConfigException(all);
    }
  }

  private void missing(String key) {
    if (problems.stream().noneMatch(problem -> problem.startsWith(key + " "))) {
      problem(key, "is missing");
    }
  }

  /** The value with a reference to the environment replaced. */
  private Optional<String> setting(String key) {
    Optional<String> value = raw(key);
    if (value.isEmpty()) {
      return value;
    }
    Matcher variable = ENVIRONMENT.matcher(value.get());
    if (variable.matches()) {
      String found = environment.get(variable.group(1));
      if (found == null || found.isBlank()) {
        problem(key, "refers to an environment variable that is not set");
        return Optional.empty();
      }
      return Optional.of(found.strip());
    }
    if (REFERENCE.matcher(value.get()).matches()) {
      problem(key, "is not a secret and must not be a secret reference");
      return Optional.empty();
    }
    return value;
  }

  private Optional<String> raw(String key) {
    known.add(key);
    String value = arguments.get(key);
    if (value == null) {
      value = environment.get(environmentName(key));
      value = value == null || value.isBlank() ? file.get(key) : value;
    }
    if (value == null) {
      return Optional.empty();
    }
    String stripped = value.strip();
    if (stripped.isEmpty()) {
      problem(key, "has an empty value");
      return Optional.empty();
    }
    return Optional.of(stripped);
  }

  private static String environmentName(String key) {
    return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  private String nearestKnown(String key) {
    String nearest = "";
    int least = Integer.MAX_VALUE;
    for (String candidate : known) {
      int distance = distance(key, candidate);
      if (distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    return nearest;
  }

  /** The number of insertions, deletions and replacements that turn one text into the other. */
  private static int distance(String left, String right) {
    String bounded =
        left.length() > LONGEST_KEY_SHOWN ? left.substring(0, LONGEST_KEY_SHOWN) : left;
    int[] previous = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= bounded.length(); i++) {
      int[] current = new int[right.length() + 1];
      current[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int replace = previous[j - 1] + (bounded.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replace, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[right.length()];
  }

  private static String shown(String key) {
    String bounded =
        key.length() <= LONGEST_KEY_SHOWN ? key : key.substring(0, LONGEST_KEY_SHOWN) + "...";
    return bounded.replaceAll("\\p{Cntrl}", "?");
  }
}
