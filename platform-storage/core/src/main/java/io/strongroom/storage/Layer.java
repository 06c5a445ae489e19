package io.strongroom.storage;

import java.util.Locale;

/** How far data has come on its way from received file to business table. */
public enum Layer {
  /** As received, never rewritten. */
  BRONZE,
  /** Validated rows. */
  SILVER,
  /** Business tables. */
  GOLD,
  /** Rejected rows with their reasons. */
  QUARANTINE,
  /** Rejected rows that get no more attempts. */
  CONDEMNED;

  /** The name used in paths and documents: lower case. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Finds a layer by its id or by its older name: {@code raw}, {@code processed}, {@code curated}.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Layer of(String id) {
    return switch (id) {
      case "bronze", "raw" -> BRONZE;
      case "silver", "processed" -> SILVER;
      case "gold", "curated" -> GOLD;
      case "quarantine" -> QUARANTINE;
      case "condemned" -> CONDEMNED;
      default -> throw new IllegalArgumentException("no layer is called '" + id + "'");
    };
  }
}
