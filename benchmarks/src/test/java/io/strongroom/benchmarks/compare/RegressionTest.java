package io.strongroom.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class RegressionTest {

  @Test
  void intervalsThatMeetAreNoRegression() {
    assertThat(Regression.gap(List.of(1.0, 1.3, 0.9, 1.1), List.of(1.1, 1.4, 1.0, 1.2)))
        .isNegative();
    assertThat(Regression.gap(List.of(1.0, 1.01, 1.0, 0.99), List.of(0.5, 0.51, 0.5, 0.49)))
        .isNegative();
  }

  @Test
  void intervalsThatLieApartAreMeasuredBetweenTheirEnds() {
    double gap = Regression.gap(List.of(1.0, 1.01, 1.0, 0.99), List.of(1.3, 1.31, 1.3, 1.29));
    assertThat(gap).isBetween(0.2, 0.3);
  }

  @Test
  void fewNoisyRoundsProveNothing() {
    assertThat(Regression.gap(List.of(1.0, 1.5, 1.1), List.of(1.6, 2.5, 1.9))).isNegative();
  }
}
