package io.strongroom.audit;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonArray;
import io.strongroom.base.JsonValue.JsonNumber;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.base.JsonValue.JsonString;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Entries as events of the Open Cybersecurity Schema Framework, for security monitoring: class API
 * Activity (6003) of OCSF {@value #VERSION}.
 *
 * <p>They are a view and never hashed or signed: what counts is the entry. FORMAT.md has the
 * mapping. Safe for use by several threads.
 */
public final class OcsfEvents {

  /** The version of OCSF that every event states. */
  public static final String VERSION = "1.6.0";

  private static final int CLASS = 6_003;
  private static final int OTHER = 99;
  private static final Set<String> FAILURES = Set.of("denied", "error", "failed", "failure");
  private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f]*:[0-9A-Fa-f:.]*");

  private OcsfEvents() {}

  /**
   * The event of an entry.
   *
   * @param entry the entry
   * @param origin name of its log
   * @return a JSON object; personal parts stand in it as they stand in the entry
   */
  public static JsonObject of(AuditEntry entry, String origin) {
    AuditEvent event = entry.event();
    JsonObject.Builder api = JsonObject.builder().put("operation", event.action());
    event.request().ifPresent(id -> api.put("request", object("uid", id)));
    JsonObject metadata =
        JsonObject.builder()
            .putIfPresent("correlation_uid", event.run())
            .put("log_name", origin)
            .put("original_time", event.at().toString())
            .put(
                "product",
                JsonObject.builder()
                    .put("name", "platform-audit")
                    .put("vendor_name", "Strongroom")
                    .build())
            .put("sequence", entry.index())
            .put("uid", entry.leafHash())
            .put("version", VERSION)
            .build();
    return JsonObject.builder()
        .put("activity_id", OTHER)
        .put("activity_name", event.action())
        .put("actor", object("user", object("name", event.actor())))
        .put("api", api.build())
        .put("category_uid", CLASS / 1_000)
        .put("class_uid", CLASS)
        .putIfPresent("message", event.reason())
        .put("metadata", metadata)
        .put("resources", JsonArray.of(List.of(object("name", event.resource()))))
        .put("severity_id", 1)
        .put("src_endpoint", endpoint(event.source()))
        .put("status", event.outcome())
        .put("status_id", status(event.outcome()))
        .put("time", new JsonNumber(event.at().toEpochMilli()))
        .put("type_uid", CLASS * 100 + OTHER)
        .put("unmapped", unmapped(event))
        .build();
  }

  private static JsonObject unmapped(AuditEvent event) {
    JsonObject.Builder attributes = JsonObject.builder();
    event.attributes().forEach(attributes::put);
    JsonObject.Builder personal = JsonObject.builder();
    event.personal().forEach((name, part) -> personal.put(name, part.json()));
    JsonObject.Builder unmapped =
        JsonObject.builder()
            .put("attributes", attributes.build())
            .put("personal", personal.build());
    event.sequence().ifPresent(number -> unmapped.put("seq", number));
    return unmapped.build();
  }

  /** The endpoint is required; one that is not known is said to be so. */
  private static JsonObject endpoint(Optional<String> source) {
    String address = source.orElse("unknown");
    boolean ip = IPV4.matcher(address).matches() || IPV6.matcher(address).matches();
    return object(ip ? "ip" : "name", address);
  }

  private static int status(String outcome) {
    if (outcome.equals("success")) {
      return 1;
    }
    return FAILURES.contains(outcome) ? 2 : OTHER;
  }

  private static JsonObject object(String name, String value) {
    return object(name, new JsonString(value));
  }

  private static JsonObject object(String name, JsonValue value) {
    return JsonObject.builder().put(name, value).build();
  }
}
