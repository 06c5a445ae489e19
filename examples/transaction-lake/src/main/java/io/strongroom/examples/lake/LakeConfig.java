package io.strongroom.examples.lake;

import io.strongroom.base.ConfigReader;
import io.strongroom.examples.lake.source.CurrencyTable;
import io.strongroom.examples.lake.source.SourceLimits;
import io.strongroom.examples.lake.transactions.TimestampRule;
import io.strongroom.storage.Protection;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * The settings of this application itself.
 *
 * @param limits which files are read at all
 * @param currencies the accepted currencies
 * @param timestamps the accepted timestamps
 * @param gold how gold is stored
 * @param storeEncrypts whether the file system beneath the store encrypts
 * @param tokenKeyDigest pins the record of the token key
 * @param rowHashKeyDigest pins the record of the row hash key
 * @param actor who stands in the audit log
 */
record LakeConfig(
    SourceLimits limits,
    CurrencyTable currencies,
    TimestampRule timestamps,
    Protection gold,
    boolean storeEncrypts,
    String tokenKeyDigest,
    String rowHashKeyDigest,
    String actor) {

  static LakeConfig from(ConfigReader reader) {
    return new LakeConfig(
        limits(reader),
        currencies(reader),
        timestamps(reader),
        reader.choice("lake.gold.protection", Protection.class, Protection.SEALED),
        reader.flag("lake.store.encrypts-at-rest", false),
        reader.required("lake.token-key.digest"),
        reader.required("lake.row-hash-key.digest"),
        reader.string("lake.actor", System.getProperty("user.name", "unknown")));
  }

  /** {@code lake.limits.line}: the longest line, 64 KiB unless set. */
  static SourceLimits limits(ConfigReader reader) {
    long bytes = reader.size("lake.limits.line", SourceLimits.DEFAULT.maxLineBytes());
    try {
      return new SourceLimits(Math.toIntExact(bytes));
    } catch (ArithmeticException | IllegalArgumentException outside) {
      reader.problem("lake.limits.line", "is not a size from 1KiB to 16MiB");
      return SourceLimits.DEFAULT;
    }
  }

  private static CurrencyTable currencies(ConfigReader reader) {
    CurrencyTable all = CurrencyTable.iso4217();
    List<String> codes =
        reader
            .optional("lake.currencies")
            .map(text -> Arrays.stream(text.split(",")).map(String::strip).toList())
            .orElse(List.of());
    try {
      return codes.isEmpty() ? all : all.only(codes);
    } catch (IllegalArgumentException unknown) {
      reader.problem("lake.currencies", "holds " + unknown.getMessage());
      return all;
    }
  }

  private static TimestampRule timestamps(ConfigReader reader) {
    TimestampRule usual = TimestampRule.DEFAULT;
    Instant earliest = instant(reader, "lake.timestamps.earliest", usual.earliest());
    Instant latest = instant(reader, "lake.timestamps.latest", usual.latest());
    boolean zoneRequired = reader.flag("lake.timestamps.zone-required", usual.zoneRequired());
    if (!earliest.isBefore(latest)) {
      reader.problem("lake.timestamps.latest", "is not after lake.timestamps.earliest");
      return usual;
    }
    return new TimestampRule(earliest, latest, zoneRequired);
  }

  private static Instant instant(ConfigReader reader, String key, Instant fallback) {
    try {
      return reader.optional(key).map(Instant::parse).orElse(fallback);
    } catch (DateTimeException malformed) {
      reader.problem(key, "is not an instant such as 2026-01-01T00:00:00Z");
      return fallback;
    }
  }

  /**
   * Refuses plain files where nothing encrypts them.
   *
   * @throws LakeException PROTECTION_IMPOSSIBLE
   */
  void requireProtection() {
    if (gold == Protection.ENGINE_READABLE && !storeEncrypts) {
      throw new LakeException(
          LakeErrorCode.PROTECTION_IMPOSSIBLE, "lake.gold.protection=ENGINE_READABLE");
    }
  }
}
