package io.strongroom.storage.schema;

import io.strongroom.storage.schema.FieldType.Decimal;
import io.strongroom.storage.schema.FieldType.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a change from one schema to another means.
 *
 * @param verdict the worst of the findings; {@link Verdict#IDENTICAL} when there is none
 * @param findings what changed, in the order of the older schema's fields, then the added ones
 */
public record SchemaChange(Verdict verdict, List<SchemaFinding> findings) {

  /** Copies the findings. */
  public SchemaChange {
    findings = List.copyOf(findings);
  }

  /** Compares two schemas, field by field by name; the versions are not compared. */
  public static SchemaChange between(DatasetSchema before, DatasetSchema after) {
    List<SchemaFinding> findings = new ArrayList<>();
    int last = -1;
    for (SchemaField old : before.fields()) {
      Optional<SchemaField> now = after.field(old.name());
      if (now.isEmpty()) {
        findings.add(new SchemaFinding(old.name(), Verdict.BREAKING, "was removed"));
        continue;
      }
      int place = after.fields().indexOf(now.get());
      if (place < last) {
        findings.add(new SchemaFinding(old.name(), Verdict.ADDITIVE, "stands elsewhere"));
      }
      last = Math.max(last, place);
      compare(old, now.get(), findings);
    }
    for (SchemaField added : after.fields()) {
      if (before.field(added.name()).isEmpty()) {
        findings.add(
            added.mayBeAbsent()
                ? new SchemaFinding(added.name(), Verdict.ADDITIVE, "was added")
                : new SchemaFinding(
                    added.name(),
                    Verdict.BREAKING,
                    "was added, is required and has no default for the records of older files"));
      }
    }
    Verdict verdict = Verdict.IDENTICAL;
    for (SchemaFinding finding : findings) {
      verdict = verdict.or(finding.verdict());
    }
    return new SchemaChange(verdict, findings);
  }

  /** The breaking findings in words. */
  String breaking() {
    return findings.stream()
        .filter(finding -> finding.verdict() == Verdict.BREAKING)
        .map(SchemaFinding::toString)
        .collect(Collectors.joining("; "));
  }

  private static void compare(SchemaField old, SchemaField now, List<SchemaFinding> findings) {
    if (!old.type().equals(now.type())) {
      findings.add(
          new SchemaFinding(
              old.name(),
              widens(old.type(), now.type()) ? Verdict.WIDENING : Verdict.BREAKING,
              "was " + old.type().text() + " and is " + now.type().text()));
    }
    if (old.nullable() != now.nullable()) {
      findings.add(
          new SchemaFinding(
              old.name(),
              now.nullable() ? Verdict.WIDENING : Verdict.BREAKING,
              now.nullable() ? "may be null now" : "was nullable and is required"));
    }
    compareDefaults(old, now, findings);
    if (old.classification() != now.classification()) {
      boolean stricter = now.classification().compareTo(old.classification()) > 0;
      findings.add(
          new SchemaFinding(
              old.name(),
              stricter ? Verdict.WIDENING : Verdict.BREAKING,
              "was " + old.classification().id() + " and is " + now.classification().id()));
    }
    if (old.form() != now.form()) {
      findings.add(
          new SchemaFinding(
              old.name(),
              Verdict.BREAKING,
              "was " + old.form().id() + " and is " + now.form().id()));
    }
  }

  /** What records of files without the field have in it must stay. */
  private static void compareDefaults(
      SchemaField old, SchemaField now, List<SchemaFinding> findings) {
    Optional<String> before = old.defaultValue();
    Optional<String> after = now.defaultValue();
    boolean same =
        before.isPresent() == after.isPresent()
            && (before.isEmpty() || DefaultText.same(old.type(), before.get(), after.get()));
    if (same) {
      return;
    }
    boolean first = !old.mayBeAbsent();
    findings.add(
        new SchemaFinding(
            old.name(),
            first ? Verdict.ADDITIVE : Verdict.BREAKING,
            first ? "has a default now" : "has another default"));
  }

  /** Whether every value of one type is one of the other, and every reader takes it as such. */
  private static boolean widens(FieldType from, FieldType to) {
    if (from instanceof Decimal narrow && to instanceof Decimal wide) {
      return wide.scale() == narrow.scale() && wide.precision() > narrow.precision();
    }
    return (from == Scalar.INT && (to == Scalar.LONG || to == Scalar.DOUBLE))
        || (from == Scalar.FLOAT && to == Scalar.DOUBLE);
  }
}
