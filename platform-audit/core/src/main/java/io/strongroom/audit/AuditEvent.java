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
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Who did what to which resource, when, and how it ended.
 *
 * <p>An event is stored as canonical JSON (FORMAT.md), at most {@value #MAX_ENTRY_BYTES} bytes
 * long, and can never be changed or removed. Put what must be erasable, such as personal data, into
 * {@link #personal}, which holds it committed or sealed, and nowhere else. A text that holds a
 * payment card number is refused.
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
 * @param source the network address that the request came from, if any, 1 to 255 characters
 * @param request id of the request that caused it, if any, 1 to 256 characters
 * @param sequence its number among the entries of its run's {@link RunTrail}, from 0; only with a
 *     run
 * @param personal facts that can be erased later, by names like those of attributes; unmodifiable
 */
public record AuditEvent(
    String actor,
    String action,
    String resource,
    String outcome,
    Optional<String> run,
    Instant at,
    Optional<String> reason,
    SortedMap<String, String> attributes,
    Optional<String> source,
    Optional<String> request,
    OptionalLong sequence,
    SortedMap<String, PersonalPart> personal) {

  /** The longest entry in bytes: the length field of an entry bundle has two bytes. */
  public static final int MAX_ENTRY_BYTES = 65_535;

  private static final int MAX_NAME = 1_024;
  private static final int MAX_SOURCE = 255;
  private static final int MAX_REQUEST = 256;
  private static final long MAX_SEQUENCE = (1L << 53) - 1;
  private static final int MAX_WORDS = 64;
  private static final String ACTION = "[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*";
  private static final String OUTCOME = "[a-z][a-z0-9]*(?:-[a-z0-9]+)*";
  private static final Pattern NONCE = Pattern.compile("[0-9a-f]{32}");
  private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant END = Instant.parse("9999-12-31T23:59:59.999999999Z");
  private static final Set<String> REQUIRED =
      Set.of("action", "actor", "at", "nonce", "outcome", "resource", "v");
  private static final Set<String> OPTIONAL =
      Set.of("attributes", "personal", "reason", "request", "run", "seq", "source");

  /**
   * Checks and copies the components.
   *
   * @throws AuditException EVENT_INVALID naming the field that breaks its rule; CARD_NUMBER naming
   *     the field that holds one
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
    source.ifPresent(text -> requireText("source", text, MAX_SOURCE));
    request.ifPresent(text -> requireText("request", text, MAX_REQUEST));
    sequence.ifPresent(number -> requireSequence(number, run));
    attributes = copy("attributes", attributes);
    attributes.forEach(AuditEvent::requireAttribute);
    personal = copy("personal", personal);
  }

  private static void requireSequence(long number, Optional<String> run) {
    if (number < 0 || number > MAX_SEQUENCE || run.isEmpty()) {
      throw invalid("seq", "must be from 0 to 2^53-1, and the event must belong to a run");
    }
  }

  private static <T> SortedMap<String, T> copy(String field, SortedMap<String, T> named) {
    if (named.isEmpty()) {
      return Collections.emptySortedMap();
    }
    SortedMap<String, T> copy = new TreeMap<>();
    named.forEach(
        (name, value) -> {
          if (!isAttributeName(name)) {
            throw invalid(field, "has a name that breaks the rule for names");
          }
          copy.put(name, Objects.requireNonNull(value, name));
        });
    return Collections.unmodifiableSortedMap(copy);
  }

  private static void requireAttribute(String name, String value) {
    if (CardNumbers.isPlain(value)) {
      return;
    }
    if (!isUnicode(value)) {
      throw unpaired("attributes." + name);
    }
    if (CardNumbers.isIn(value)) {
      throw cardNumber("attributes." + name);
    }
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
        Collections.emptySortedMap(),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        Collections.emptySortedMap());
  }

  /** This event, belonging to a run. */
  public AuditEvent withRun(String runId) {
    return with(Optional.of(runId), reason, attributes, source, request, sequence, personal);
  }

  /** This event with a reason. */
  public AuditEvent withReason(String why) {
    return with(run, Optional.of(why), attributes, source, request, sequence, personal);
  }

  /** This event with one attribute more, or another value for one that it has. */
  public AuditEvent withAttribute(String name, String value) {
    SortedMap<String, String> more = new TreeMap<>(attributes);
    more.put(name, value);
    return withAttributes(more);
  }

  /** This event with these attributes and no others. */
  public AuditEvent withAttributes(SortedMap<String, String> facts) {
    return with(run, reason, facts, source, request, sequence, personal);
  }

  /** This event with the network address that the request came from. */
  public AuditEvent withSource(String address) {
    return with(run, reason, attributes, Optional.of(address), request, sequence, personal);
  }

  /** This event with the id of the request that caused it. */
  public AuditEvent withRequest(String id) {
    return with(run, reason, attributes, source, Optional.of(id), sequence, personal);
  }

  /** This event with one erasable fact more, or another for one that it has. */
  public AuditEvent withPersonal(String name, PersonalPart part) {
    SortedMap<String, PersonalPart> more = new TreeMap<>(personal);
    more.put(name, part);
    return with(run, reason, attributes, source, request, sequence, more);
  }

  /** This event with another action. */
  AuditEvent withAction(String otherAction) {
    return new AuditEvent(
        actor,
        otherAction,
        resource,
        outcome,
        run,
        at,
        reason,
        attributes,
        source,
        request,
        sequence,
        personal);
  }

  /** This event as that number of a run's trail. */
  AuditEvent numbered(String runId, long number) {
    return with(
        Optional.of(runId), reason, attributes, source, request, OptionalLong.of(number), personal);
  }

  private AuditEvent with(
      Optional<String> newRun,
      Optional<String> newReason,
      SortedMap<String, String> newAttributes,
      Optional<String> newSource,
      Optional<String> newRequest,
      OptionalLong newSequence,
      SortedMap<String, PersonalPart> newPersonal) {
    return new AuditEvent(
        actor,
        action,
        resource,
        outcome,
        newRun,
        at,
        newReason,
        newAttributes,
        newSource,
        newRequest,
        newSequence,
        newPersonal);
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

  /**
   * Reads the stored bytes of an entry. They have one accepted form: canonical JSON as FORMAT.md
   * describes it.
   *
   * @param entry the bytes
   * @throws AuditException EVENT_INVALID when they are no entry; the message holds nothing of them
   */
  public static AuditEvent decode(byte[] entry) {
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
      return new AuditEvent(
          json.string("actor"),
          json.string("action"),
          json.string("resource"),
          json.string("outcome"),
          json.optionalString("run"),
          at,
          json.optionalString("reason"),
          attributes(json),
          json.optionalString("source"),
          json.optionalString("request"),
          json.has("seq") ? OptionalLong.of(json.integer("seq")) : OptionalLong.empty(),
          personal(json));
    } catch (JsonException malformed) {
      throw new AuditException(
          AuditErrorCode.EVENT_INVALID, "entry: " + malformed.getMessage(), malformed);
    } catch (DateTimeException malformed) {
      // Its message quotes the text, so it is not passed on.
      throw invalid("at", "is no time");
    }
  }

  private static SortedMap<String, String> attributes(JsonObject json) {
    SortedMap<String, String> attributes = new TreeMap<>();
    for (Map.Entry<String, JsonValue> member : named(json, "attributes").entrySet()) {
      if (!(member.getValue() instanceof JsonString text)) {
        throw invalid("attributes", "has a member that is no string");
      }
      attributes.put(member.getKey(), text.value());
    }
    return attributes;
  }

  private static SortedMap<String, PersonalPart> personal(JsonObject json) {
    SortedMap<String, PersonalPart> parts = new TreeMap<>();
    for (Map.Entry<String, JsonValue> member : named(json, "personal").entrySet()) {
      if (!(member.getValue() instanceof JsonObject part)) {
        throw invalid("personal", "has a member that is no object");
      }
      parts.put(member.getKey(), PersonalPart.decode(part));
    }
    return parts;
  }

  /** The members of an object that is missing when it has none. */
  private static SortedMap<String, JsonValue> named(JsonObject json, String name) {
    if (!json.has(name)) {
      return Collections.emptySortedMap();
    }
    SortedMap<String, JsonValue> members = json.object(name).members();
    if (members.isEmpty()) {
      throw invalid(name, "is there and empty");
    }
    return members;
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
    if (CardNumbers.isPlain(text)) {
      return;
    }
    if (!isUnicode(text)) {
      throw unpaired(field);
    }
    if (CardNumbers.isIn(text)) {
      throw cardNumber(field);
    }
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

  private static boolean isUnicode(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }

  private static AuditException unpaired(String field) {
    return invalid(field, "has an unpaired surrogate");
  }

  private static AuditException cardNumber(String field) {
    return new AuditException(
        AuditErrorCode.CARD_NUMBER,
        "event field " + field + " holds what looks like a payment card number");
  }

  private static AuditException invalid(String field, String problem) {
    return new AuditException(AuditErrorCode.EVENT_INVALID, "event field " + field + " " + problem);
  }
}
