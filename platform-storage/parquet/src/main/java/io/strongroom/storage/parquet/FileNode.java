package io.strongroom.storage.parquet;

import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.jspecify.annotations.Nullable;

/**
 * A part of a nested column as the schema of a file has it.
 *
 * @param path its names, from the column's own on
 * @param children empty for a leaf
 * @param repetition how many parts from the column down to this repeat
 * @param definition how many of them may be absent
 * @param ordinal the number of the first leaf of it among all leaves of the file
 */
record FileNode(
    SchemaElement element,
    List<String> path,
    List<FileNode> children,
    int repetition,
    int definition,
    int ordinal) {
  /** No file has records in records in records beyond this. */
  private static final int DEEPEST = 64;

  /** Makes the tree of a column of a file's schema, whose elements stand in depth-first order. */
  static final class Parser {
    private final FileLabel file;
    private final List<SchemaElement> elements;
    private int at;
    private int leaf;

    /**
     * Begins with a column.
     *
     * @param at the place of its element
     * @param leaf the number of its first leaf
     */
    Parser(FileLabel file, List<SchemaElement> elements, int at, int leaf) {
      this.file = file;
      this.elements = elements;
      this.at = at;
      this.leaf = leaf;
    }

    FileNode parse() {
      return parse(List.of(), 0, 0);
    }

    private FileNode parse(List<String> parent, int repetitions, int definitions) {
      if (parent.size() == DEEPEST) {
        throw file.unsupported("a column of more than " + DEEPEST + " levels");
      }
      SchemaElement element = elements.get(at++);
      FieldRepetitionType repeats = element.getRepetition_type();
      List<String> path = new ArrayList<>(parent);
      path.add(element.getName());
      int repetition = repetitions + (repeats == FieldRepetitionType.REPEATED ? 1 : 0);
      int definition = definitions + (repeats == FieldRepetitionType.REQUIRED ? 0 : 1);
      int first = leaf;
      List<FileNode> children = new ArrayList<>();
      if (element.getNum_children() <= 0) {
        leaf++;
      }
      for (int child = 0; child < element.getNum_children(); child++) {
        children.add(parse(path, repetition, definition));
      }
      return new FileNode(
          element, List.copyOf(path), List.copyOf(children), repetition, definition, first);
    }
  }

  boolean isLeaf() {
    return children.isEmpty();
  }

  boolean repeated() {
    return element.getRepetition_type() == FieldRepetitionType.REPEATED;
  }

  String name() {
    return String.join(".", path);
  }

  @Nullable FileNode child(String wanted) {
    for (FileNode child : children) {
      if (child.element.getName().equals(wanted)) {
        return child;
      }
    }
    return null;
  }

  boolean list() {
    LogicalType logical = element.getLogicalType();
    return logical == null
        ? element.getConverted_type() == ConvertedType.LIST
        : logical.isSetLIST();
  }

  boolean map() {
    LogicalType logical = element.getLogicalType();
    return logical == null
        ? element.getConverted_type() == ConvertedType.MAP
            || element.getConverted_type() == ConvertedType.MAP_KEY_VALUE
        : logical.isSetMAP();
  }

  /** The leaf as the footer knows columns. */
  FileFooter.Leaf leaf() {
    return new FileFooter.Leaf(element, ordinal, path, repetition, definition);
  }
}
