package io.strongroom.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class TilePathTest {

  @Test
  void indexesAreWrittenInGroupsOfThreeDigitsAsInTheSpecification() {
    assertThat(TilePath.full(0, 1_234_067).name()).isEqualTo("tile/0/x001/x234/067");
    assertThat(new TilePath(TilePath.ENTRIES, 1000, 7).name())
        .isEqualTo("tile/entries/x001/000.p/7");
    assertThat(TilePath.full(3, 5).name()).isEqualTo("tile/3/005");
  }

  @Test
  void treeOfSeventyThousandHasTheTilesOfTheSpecification() {
    assertThat(TilePath.fullTiles(0, 70_000)).isEqualTo(273);
    assertThat(TilePath.fullTiles(1, 70_000)).isEqualTo(1);
    assertThat(TilePath.fullTiles(2, 70_000)).isZero();
    assertThat(TilePath.partials(70_000))
        .containsExactly(
            new TilePath(TilePath.ENTRIES, 273, 112),
            new TilePath(0, 273, 112),
            new TilePath(1, 1, 17),
            new TilePath(2, 0, 1));
  }

  @Test
  void treeOfOneFullTileHasOneHashInTheLevelAbove() {
    assertThat(TilePath.partials(256)).containsExactly(new TilePath(1, 0, 1));
  }

  @Test
  void everyNameIsReadBack() {
    for (long index : new long[] {0, 1, 999, 1000, 123_456_789, (1L << 45) - 1}) {
      for (int level = TilePath.ENTRIES; level < TilePath.LEVELS; level++) {
        for (int width : new int[] {1, 10, 255, 256}) {
          TilePath path = new TilePath(level, index, width);
          assertThat(TilePath.parse(path.name())).contains(path);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tile/0/00",
        "tile/0/0000",
        "tile/0/x000/001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/7/000",
        "tile/00/000",
        "tile/entries/000.p",
        "tile/0/000/",
        "tile/0/001/x000",
        "xtile/0/000",
        "tile/0/000.p/1 ",
        "tile/-1/000",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/999"
      })
  void otherNamesAreNoTiles(String name) {
    assertThat(TilePath.parse(name)).isEmpty();
  }

  @Test
  void standingFollowsTheSizeOfTheTree() {
    TilePath partial = new TilePath(0, 2, 10);
    assertThat(partial.standing(2 * 256 + 9)).isEqualTo(TilePath.Standing.BEYOND);
    assertThat(partial.standing(2 * 256 + 10)).isEqualTo(TilePath.Standing.NEEDED);
    assertThat(partial.standing(2 * 256 + 11)).isEqualTo(TilePath.Standing.SUPERSEDED);
    assertThat(partial.standing(3 * 256)).isEqualTo(TilePath.Standing.SUPERSEDED);
    TilePath full = TilePath.full(1, 0);
    assertThat(full.standing(65_535)).isEqualTo(TilePath.Standing.BEYOND);
    assertThat(full.standing(65_536)).isEqualTo(TilePath.Standing.NEEDED);
  }

  @Test
  void growthWritesExactlyTheTilesThatTheSmallerTreeHasNot() {
    for (int from : new int[] {0, 1, 255, 256, 257, 511}) {
      for (int to : new int[] {from + 1, from + 2, from + 255, from + 256, from + 600}) {
        TreeEdge.Growth first = TreeEdge.empty().append(entries(0, from));
        TreeEdge.Growth growth = first.edge().append(entries(from, to));
        TreeSet<String> expected = new TreeSet<>(LogFixture.namesOf(to));
        expected.removeAll(LogFixture.namesOf(from));
        assertThat(growth.tiles().stream().map(tile -> tile.path().name()).toList())
            .as("%d to %d", from, to)
            .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(growth.edge().root())
            .isEqualTo(TreeEdge.empty().append(entries(0, to)).edge().root());
      }
    }
  }

  private static List<byte[]> entries(int from, int to) {
    return java.util.stream.IntStream.range(from, to)
        .mapToObj(i -> new byte[] {(byte) i, (byte) (i >> 8)})
        .toList();
  }
}
