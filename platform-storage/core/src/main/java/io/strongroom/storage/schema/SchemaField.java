package io.strongroom.storage.schema;

import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.storage.run.internal.ControlJson;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A field of a dataset.
 *
 * @param name {@code [A-Za-z_][A-Za-z0-9_]*}, at most 255 characters
 * @param type what it holds
 * @param nullable whether a record may have no value in it
 * @param classification how sensitive it is; of a nested field, all of it
 * @param form in what form the values stand in the records
 * @param defaultValue what records of files that lack the field have in it, as text: {@code true},
 *     {@code -12}, {@code 0.50}, {@code EUR}, {@code 2026-01-31}, {@code 2026-01-31T00:00:00Z}.
 *     Where it is empty those records have no value in a nullable field
 */
public record SchemaField(
    String name,
    FieldType type,
    boolean nullable,
    Classification classification,
    FieldForm form,
    Optional<String> defaultValue) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");
  private static final Set<String> MEMBERS =
      Set.of("name", "type", "nullable", "classification", "form");
  private static final Set<String> OPTIONAL = Set.of("default");

  /**
   * Checks the components.
   *
   * @throws IllegalArgumentException naming the field
   */
  public SchemaField {
    requireName(name);
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(classification, "classification");
    Objects.requireNonNull(form, "form");
    if (defaultValue.isPresent() && !DefaultText.isOf(type, defaultValue.get())) {
      throw new IllegalArgumentException(
          "field '" + name + "': the default is no " + type.text() + " in its shortest form");
    }
  }

  /** A field in clear whose records always have a value. */
  public static SchemaField required(String name, FieldType type, Classification classification) {
    return new SchemaField(name, type, false, classification, FieldForm.CLEAR, Optional.empty());
  }

  /** A field in clear whose records may have no value. */
  public static SchemaField nullable(String name, FieldType type, Classification classification) {
    return new SchemaField(name, type, true, classification, FieldForm.CLEAR, Optional.empty());
  }

  /** The same field in another form. */
  public SchemaField in(FieldForm other) {
    return new SchemaField(name, type, nullable, classification, other, defaultValue);
  }

  /** The same field with a default. */
  public SchemaField otherwise(String value) {
    return new SchemaField(name, type, nullable, classification, form, Optional.of(value));
  }

  /** Whether somebody who reads the records learns what is personal or secret. */
  boolean exposes() {
    return form == FieldForm.CLEAR && classification.compareTo(Classification.PERSONAL) >= 0;
  }

  /** Whether files that lack this field can be read. */
  boolean mayBeAbsent() {
    return nullable || defaultValue.isPresent();
  }

  JsonObject toJson() {
    return JsonObject.builder()
        .put("name", name)
        .put("type", type.text())
        .put("nullable", nullable)
        .put("classification", classification.id())
        .put("form", form.id())
        .putIfPresent("default", defaultValue)
        .build();
  }

  static SchemaField fromJson(JsonObject json) {
    ControlJson.requireMembers(json, MEMBERS, OPTIONAL);
    return new SchemaField(
        json.string("name"),
        FieldType.parse(json.string("type")),
        json.flag("nullable"),
        Classification.of(json.string("classification")),
        FieldForm.of(json.string("form")),
        json.optionalString("default"));
  }

  static void requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "the name of a field is not of the form " + NAME.pattern());
    }
  }
}
