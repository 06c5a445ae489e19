package io.strongroom.benchmarks.compare;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Horizontal bars of ratios on a logarithmic axis; the line at 1 is where both are equal. */
final class Chart {
  private static final int LEFT = 330;
  private static final int WIDTH = 420;
  private static final int ROW = 30;
  private static final double LEAST = 0.1;
  private static final double DECADES = 6;

  private final List<Bar> bars;

  Chart(List<Bar> bars) {
    this.bars = List.copyOf(bars);
  }

  /** A scalable picture of all bars. */
  String svg() {
    int height = 60 + bars.size() * ROW;
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">%n"
            .formatted(LEFT + WIDTH + 170, height));
    svg.append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
    text(svg, 10, 20, "Times faster than the best competitor (dark) and than the limit (light)");
    for (int power = -1; power <= DECADES - 1; power++) {
      double x = x(Math.pow(10, power));
      svg.append(
          "<line x1=\"%.1f\" y1=\"34\" x2=\"%.1f\" y2=\"%d\" stroke=\"%s\"/>%n"
              .formatted(x, x, height - 10, power == 0 ? "#000000" : "#d8d8d8"));
      text(svg, x - 8, 46, power < 0 ? "0.1" : String.valueOf((long) Math.pow(10, power)));
    }
    for (int i = 0; i < bars.size(); i++) {
      draw(svg, bars.get(i), 60 + i * ROW);
    }
    return svg.append("</svg>\n").toString();
  }

  private static void draw(StringBuilder svg, Bar bar, int y) {
    text(svg, 10, y + 10, bar.label);
    bar.best.ifPresent(
        best -> {
          bar(svg, y, best.ratio, "#1f5fa8");
          text(
              svg,
              Math.max(x(best.ratio), x(1)) + 5,
              y + 10,
              String.format(Locale.ROOT, "%.2f %s", best.ratio, best.contender));
        });
    bar.limit.ifPresent(
        ratio -> {
          bar(svg, y + 12, ratio, "#a9c6e6");
          text(
              svg,
              Math.max(x(ratio), x(1)) + 5,
              y + 22,
              String.format(Locale.ROOT, "%.2f limit", ratio));
        });
  }

  private static void bar(StringBuilder svg, int y, double ratio, String color) {
    double from = Math.min(x(1), x(ratio));
    double to = Math.max(x(1), x(ratio));
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"10\" fill=\"%s\"/>%n",
            from,
            y,
            Math.max(1, to - from),
            color));
  }

  private static double x(double ratio) {
    double place = (Math.log10(ratio) - Math.log10(LEAST)) / DECADES;
    return LEFT + WIDTH * Math.max(0, Math.min(1, place));
  }

  private static void text(StringBuilder svg, double x, int y, String text) {
    svg.append(
        String.format(
            Locale.ROOT, "<text x=\"%.1f\" y=\"%d\">%s</text>%n", x, y, text.replace("<", "&lt;")));
  }

  /** One row of the chart. */
  record Bar(String label, Optional<Against> best, Optional<Double> limit) {}

  /** The competitor that comes nearest. */
  record Against(String contender, double ratio) {}
}
