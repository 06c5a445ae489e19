package io.strongroom.audit;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.base.JsonValue.JsonString;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Who did what to which resource, when, and how it ended.
 *
 * <p>An event is stored as canonical JSON (FORMAT.md), at most {@value #MAX_ENTRY_BYTES} bytes
 * long, and can never be changed or removed. Put no personal data and no secret into it: where a
 * person must be named, put a token or a salted hash.
 *
 * @param actor who did it, 1 to 1,024 characters
 * @param action what was done, in upper snake case such as {@code RUN_STARTED}, at most 64
 *     characters
 * @param resource what it was done to, 1 to 1,024 characters
 * @param outcome how it ended, lower-case words joined by hyphens such as {@code success} or {@code
 *     denied}, at most 64 characters
 * @param run the run it belongs to, if any, 1 to 1,024 characters
 * @param at when it was done, in the years 0 to 9999, with all its nanoseconds
 * @param reason why it was done, if stated; not empty
 * @param attributes further facts by name; a name starts with a letter and holds at most 64
 *     letters, digits, dots, hyphens and underscores; unmodifiable
 */
public record AuditEvent(
    String actor,
    String action,
    String resource,
    String outcome,
    Optional<String> run,
    Instant at,
    Optional<String> reason,
    SortedMap<String, String> attributes) {

  /** The longest entry in bytes: the length field of an entry bundle has two bytes. */
  public static final int MAX_ENTRY_BYTES = 65_535;

  private static final int MAX_NAME = 1_024;
  private static final int MAX_WORDS = 64;
  private static final String ACTION = "[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*";
  private static final String OUTCOME = "[a-z][a-z0-9]*(?:-[a-z0-9]+)*";
  private static final Pattern NONCE = Pattern.compile("[0-9a-f]{32}");
  private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant END = Instant.parse("9999-12-31T23:59:59.999999999Z");
  private static final Set<String> REQUIRED =
      Set.of("action", "actor", "at", "nonce", "outcome", "resource", "v");
  private static final Set<String> OPTIONAL = Set.of("attributes", "reason", "run");

  /**
   * Checks and copies the components.
   *
   * @throws AuditException EVENT_INVALID naming the field that breaks its rule
   */
  public AuditEvent {
    requireText("actor", actor, MAX_NAME);
    if (!isWords(action, 'A', 'Z', '_')) {
      throw invalidWords("action", ACTION);
    }
    requireText("resource", resource, MAX_NAME);
    if (!isWords(outcome, 'a', 'z', '-')) {
      throw invalidWords("outcome", OUTCOME);
    }
    run.ifPresent(text -> requireText("run", text, MAX_NAME));
    if (at.isBefore(FIRST) || at.isAfter(END)) {
      throw invalid("at", "is not in the years 0 to 9999");
    }
    reason.ifPresent(text -> requireText("reason", text, MAX_ENTRY_BYTES));
    SortedMap<String, String> copy = new TreeMap<>();
    attributes.forEach(
        (name, value) -> {
          if (!isAttributeName(name)) {
            throw invalid("attributes", "has a name that breaks the rule for names");
          }
          requireUnicode("attributes." + name, value);
          copy.put(name, value);
        });
    attributes = Collections.unmodifiableSortedMap(copy);
  }

  /**
   * An event without run, reason and attributes.
   *
   * @throws AuditException EVENT_INVALID naming the field that breaks its rule
   */
  public static AuditEvent of(
      String actor, String action, String resource, String outcome, Instant at) {
    return new AuditEvent(
        actor,
        action,
        resource,
        outcome,
        Optional.empty(),
        at,
        Optional.empty(),
        Collections.emptySortedMap());
  }

  /** This event, belonging to a run. */
  public AuditEvent withRun(String runId) {
    return new AuditEvent(
        actor, action, resource, outcome, Optional.of(runId), at, reason, attributes);
  }

  /** This event with a reason. */
  public AuditEvent withReason(String why) {
    return new AuditEvent(actor, action, resource, outcome, run, at, Optional.of(why), attributes);
  }

  /** This event with one attribute more, or another value for one that it has. */
  public AuditEvent withAttribute(String name, String value) {
    SortedMap<String, String> more = new TreeMap<>(attributes);
    more.put(name, value);
    return new AuditEvent(actor, action, resource, outcome, run, at, reason, more);
  }

  /** The bytes of an entry; the nonce makes every entry's hash unique and not to be guessed. */
  byte[] encode(String nonce) {
    byte[] bytes = EntryEncoder.encode(this, nonce);
    if (bytes.length > MAX_ENTRY_BYTES) {
      throw new AuditException(
          AuditErrorCode.EVENT_TOO_LARGE,
          "event " + action + " takes " + bytes.length + " bytes, more than " + MAX_ENTRY_BYTES);
    }
    return bytes;
  }

  /** Reads the bytes of an entry and refuses every encoding but the one {@link #encode} makes. */
  static AuditEvent decode(byte[] entry) {
    try {
      JsonObject json = JsonValue.parseCanonicalObject(entry);
      for (String name : json.members().keySet()) {
        if (!REQUIRED.contains(name) && !OPTIONAL.contains(name)) {
          throw invalid("entry", "has a member that version 1 does not know");
        }
      }
      if (json.integer("v") != 1) {
        throw invalid("v", "is not 1");
      }
      if (!NONCE.matcher(json.string("nonce")).matches()) {
        throw invalid("nonce", "is not 32 hexadecimal digits in lower case");
      }
      Instant at = Instant.parse(json.string("at"));
      if (!at.toString().equals(json.string("at"))) {
        throw invalid("at", "is not in its only form");
      }
      SortedMap<String, String> attributes = new TreeMap<>();
      if (json.has("attributes")) {
        for (Map.Entry<String, JsonValue> member : json.object("attributes").members().entrySet()) {
          if (!(member.getValue() instanceof JsonString text)) {
            throw invalid("attributes", "has a member that is no string");
          }
          attributes.put(member.getKey(), text.value());
        }
        if (attributes.isEmpty()) {
          throw invalid("attributes", "is there and empty");
        }
      }
      return new AuditEvent(
          json.string("actor"),
          json.string("action"),
          json.string("resource"),
          json.string("outcome"),
          json.optionalString("run"),
          at,
          json.optionalString("reason"),
          attributes);
    } catch (JsonException malformed) {
      throw new AuditException(
          AuditErrorCode.EVENT_INVALID, "entry: " + malformed.getMessage(), malformed);
    } catch (DateTimeException malformed) {
      // Its message quotes the text, so it is not passed on.
      throw invalid("at", "is no time");
    }
  }

  /**
   * Refuses an entry that nobody could read: it would stay in the log for ever.
   *
   * @param what how a message names the entry
   * @throws AuditException OBJECT_DAMAGED when it is no event
   */
  static void requireEvent(byte[] entry, String what) {
    try {
      decode(entry);
    } catch (AuditException malformed) {
      throw new AuditException(
          AuditErrorCode.OBJECT_DAMAGED,
          what + " is no event: " + malformed.getMessage(),
          malformed);
    }
  }

  /** What was done and to what field names only: an event's texts stay out of logs. */
  @Override
  public String toString() {
    return "AuditEvent[" + action + " " + outcome + " " + at + "]";
  }

  private static void requireText(String field, String text, int longest) {
    if (text.isEmpty() || text.length() > longest) {
      throw invalid(field, "must have 1 to " + longest + " characters");
    }
    requireUnicode(field, text);
  }

  /** Letters of one case and digits, the first a letter, in words joined by one character each. */
  private static boolean isWords(String text, char first, char last, char joint) {
    boolean begins = true;
    boolean right = !text.isEmpty() && text.length() <= MAX_WORDS && !isDigit(text.charAt(0));
    for (int i = 0; right && i < text.length(); i++) {
      char c = text.charAt(i);
      right = (c >= first && c <= last) || isDigit(c) || (c == joint && !begins);
      begins = c == joint;
    }
    return right && !begins;
  }

  private static boolean isAttributeName(String name) {
    boolean right = !name.isEmpty() && name.length() <= MAX_WORDS && isLetter(name.charAt(0));
    for (int i = 1; right && i < name.length(); i++) {
      char c = name.charAt(i);
      right = isLetter(c) || isDigit(c) || c == '.' || c == '_' || c == '-';
    }
    return right;
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static AuditException invalidWords(String field, String pattern) {
    return invalid(
        field, "must match " + pattern + " and have at most " + MAX_WORDS + " characters");
  }

  private static void requireUnicode(String field, String text) {
    Objects.requireNonNull(text, field);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw invalid(field, "has an unpaired surrogate");
      }
    }
  }

  private static AuditException invalid(String field, String problem) {
    return new AuditException(AuditErrorCode.EVENT_INVALID, "event field " + field + " " + problem);
  }
}
