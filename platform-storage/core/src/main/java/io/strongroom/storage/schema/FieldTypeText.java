package io.strongroom.storage.schema;

import io.strongroom.storage.schema.FieldType.Decimal;
import io.strongroom.storage.schema.FieldType.Enumeration;
import io.strongroom.storage.schema.FieldType.Fixed;
import io.strongroom.storage.schema.FieldType.ListOf;
import io.strongroom.storage.schema.FieldType.MapOf;
import io.strongroom.storage.schema.FieldType.Member;
import io.strongroom.storage.schema.FieldType.RecordOf;
import io.strongroom.storage.schema.FieldType.Scalar;
import java.util.ArrayList;
import java.util.List;

/** Reads the text form of a type, from left to right. */
final class FieldTypeText {
  private static final int MAX_LENGTH = 65_536;
  private static final int MAX_DEPTH = 32;

  private final String text;
  private int at;
  private int depth;

  private FieldTypeText(String text) {
    this.text = text;
  }

  static FieldType parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("a type of " + text.length() + " characters");
    }
    FieldTypeText reader = new FieldTypeText(text);
    FieldType type = reader.type();
    if (reader.at != text.length() || !type.text().equals(text)) {
      throw reader.unknown();
    }
    return type;
  }

  private FieldType type() {
    if (++depth > MAX_DEPTH) {
      throw new IllegalArgumentException("a type of more than " + MAX_DEPTH + " levels");
    }
    String word = word();
    FieldType type =
        switch (word) {
          case "decimal" -> {
            expect('(');
            int precision = number();
            expect(',');
            int scale = number();
            expect(')');
            yield new Decimal(precision, scale);
          }
          case "fixed" -> {
            expect('(');
            int size = number();
            expect(')');
            yield new Fixed(size);
          }
          case "enum" -> new Enumeration(symbols());
          case "list" -> {
            expect('<');
            FieldType element = type();
            boolean nullable = accept('?');
            expect('>');
            yield new ListOf(element, nullable);
          }
          case "map" -> {
            expect('<');
            FieldType value = type();
            boolean nullable = accept('?');
            expect('>');
            yield new MapOf(value, nullable);
          }
          case "record" -> new RecordOf(members());
          default -> scalar(word);
        };
    depth--;
    return type;
  }

  private Scalar scalar(String word) {
    for (Scalar scalar : Scalar.values()) {
      if (scalar.text().equals(word)) {
        return scalar;
      }
    }
    throw unknown();
  }

  private List<String> symbols() {
    List<String> symbols = new ArrayList<>();
    expect('<');
    do {
      symbols.add(word());
    } while (accept(','));
    expect('>');
    return symbols;
  }

  private List<Member> members() {
    List<Member> members = new ArrayList<>();
    expect('<');
    do {
      String name = word();
      expect(':');
      FieldType type = type();
      members.add(new Member(name, type, accept('?')));
    } while (accept(','));
    expect('>');
    return members;
  }

  private String word() {
    int from = at;
    while (at < text.length() && isWord(text.charAt(at))) {
      at++;
    }
    if (from == at) {
      throw unknown();
    }
    return text.substring(from, at);
  }

  private static boolean isWord(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-';
  }

  private int number() {
    String word = word();
    if (!word.matches("0|[1-9][0-9]{0,5}")) {
      throw unknown();
    }
    return Integer.parseInt(word);
  }

  private boolean accept(char c) {
    boolean there = at < text.length() && text.charAt(at) == c;
    at += there ? 1 : 0;
    return there;
  }

  private void expect(char c) {
    if (!accept(c)) {
      throw unknown();
    }
  }

  private IllegalArgumentException unknown() {
    return new IllegalArgumentException("'" + text + "' is no type of a field");
  }
}
