package io.strongroom.examples.lake.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Currency;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class CurrencyTableTest {

  @Test
  void decimalsAreThoseThatJavaKnows() {
    CurrencyTable table = CurrencyTable.iso4217();
    TreeMap<String, Integer> java = new TreeMap<>();
    table
        .asMap()
        .keySet()
        .forEach(code -> java.put(code, Currency.getInstance(code).getDefaultFractionDigits()));
    assertThat(new TreeMap<>(table.asMap())).isEqualTo(java).hasSizeGreaterThan(150);
  }

  @Test
  void codesOutOfUseOrNotInCapitalsAreNotAccepted() {
    CurrencyTable table = CurrencyTable.iso4217();
    assertThat(List.of("DEM", "eur", "XXX", "", "EURO"))
        .allMatch(code -> table.decimals(code).isEmpty());
    assertThat(table.decimals("KWD")).isEqualTo(OptionalInt.of(3));
  }

  @Test
  void anAllowListLeavesItsCodesAlone() {
    CurrencyTable table = CurrencyTable.iso4217().only(List.of("EUR", "JPY"));
    assertThat(table.asMap()).containsOnlyKeys("EUR", "JPY");
    assertThat(table.digest()).isNotEqualTo(CurrencyTable.iso4217().digest());
  }

  @Test
  void anUnknownCodeInAnAllowListIsNamed() {
    assertThatThrownBy(() -> CurrencyTable.iso4217().only(List.of("EUR", "DEM")))
        .hasMessageContaining("DEM")
        .hasMessageNotContaining("EUR");
  }
}
