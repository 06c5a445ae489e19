package io.strongroom.storage.parquet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.SizeStatistics;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.statistics.geospatial.GeospatialStatistics;
import org.jspecify.annotations.Nullable;

/** The pages that parquet-java's column writer made of one leaf in one row group. */
final class LeafPages implements PageWriter {
  private final int group;
  private final int leaf;
  private final boolean statistics;
  private final BufferPool pool;
  private final Consumer<Page> closed;
  private final List<Page> pages = new ArrayList<>();
  private @Nullable Page dictionary;
  private long bytes;

  /**
   * No pages yet.
   *
   * @param leaf the leaf's number among all of the file
   * @param statistics whether what the writer says about values may stand in the file
   */
  LeafPages(int group, int leaf, boolean statistics, BufferPool pool, Consumer<Page> closed) {
    this.group = group;
    this.leaf = leaf;
    this.statistics = statistics;
    this.pool = pool;
    this.closed = closed;
  }

  int leaf() {
    return leaf;
  }

  /** The pages, the dictionary first. */
  List<Page> chunk() {
    List<Page> chunk = new ArrayList<>(pages.size() + 1);
    if (dictionary != null) {
      chunk.add(dictionary);
    }
    chunk.addAll(pages);
    return chunk;
  }

  void release() {
    chunk().forEach(page -> pool.give(page.bytes()));
    pages.clear();
    dictionary = null;
  }

  private Page page(int number, Page.Facts facts, BytesInput content) throws IOException {
    int length = Math.toIntExact(content.size());
    byte[] own = pool.take(length);
    content.toInputStream().readNBytes(own, 0, length);
    bytes += length;
    Page page = new Page(new Page.Place(group, leaf, number), facts, own, 0, length);
    closed.accept(page);
    return page;
  }

  @Override
  public void writePage(
      BytesInput content,
      int valueCount,
      int rowCount,
      Statistics<?> summary,
      SizeStatistics sizes,
      GeospatialStatistics geospatial,
      Encoding repetitions,
      Encoding definitions,
      Encoding values)
      throws IOException {
    pages.add(
        page(
            pages.size(),
            new Page.Facts(
                rowCount,
                valueCount,
                values,
                statistics ? summary : null,
                statistics ? sizes : null),
            content));
  }

  @Override
  public void writeDictionaryPage(DictionaryPage page) throws IOException {
    dictionary =
        page(
            Page.Place.DICTIONARY,
            new Page.Facts(0, page.getDictionarySize(), page.getEncoding(), null, null),
            page.getBytes());
  }

  @Override
  public long getMemSize() {
    return bytes;
  }

  @Override
  public long allocatedSize() {
    return bytes;
  }

  @Override
  public String memUsageString(String prefix) {
    return prefix + " " + bytes + " bytes";
  }

  @Override
  @Deprecated
  public void writePage(
      BytesInput content,
      int valueCount,
      Statistics<?> summary,
      Encoding repetitions,
      Encoding definitions,
      Encoding values) {
    throw new UnsupportedOperationException("pages know their rows");
  }

  @Override
  public void writePage(
      BytesInput content,
      int valueCount,
      int rowCount,
      Statistics<?> summary,
      Encoding repetitions,
      Encoding definitions,
      Encoding values) {
    throw new UnsupportedOperationException("pages know their sizes");
  }

  @Override
  public void writePageV2(
      int rowCount,
      int nullCount,
      int valueCount,
      BytesInput repetitions,
      BytesInput definitions,
      Encoding values,
      BytesInput content,
      Statistics<?> summary) {
    throw new UnsupportedOperationException("only pages of version 1 are written");
  }

  @Override
  public void close() {}
}
