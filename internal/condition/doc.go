// Package condition says whether an event and a person meet a condition, and which clauses failed.
//
// A [Condition] is a tree: groups (all or any of their children, nested) with clauses as leaves. A clause
// asks one thing of one field: properties.plan is “pro”. The tree has a text form, which is what is stored,
// imported and exported: the subset of Segment's Filter Query Language (FQL) that destination actions use,
// and a few functions more, so that whatever the builder makes can be written and read back.
//
// # Text form
//
//	type = "track" and event = "Signed Up"
//	properties.plan != null and (properties.total >= 50 or in(person.plan, "pro", "team"))
//
// Fields: type, event, userId, anonymousId, groupId, name, category, and by dotted path properties.…,
// traits.…, context.…, person.… A part of a path with other characters than letters, digits, _ and - is
// quoted, properties."my key", or escaped as in Segment, properties.my\ key. A number steps into a list:
// properties.products.0.price.
//
//	field = "text"            field != "text"            compares as text
//	field = 5                 field != 5                 a number, strictly
//	field = true              field != false             true or false, strictly
//	field = null              field != null              is missing, exists
//	field < 5                 and <=, >, >=              numbers, also written as text
//	contains(field, "b")      !contains(field, "b")
//	match(field, "Order*")    !match(field, "Order*")    starts with
//	match(field, "*Up")       !match(field, "*Up")       ends with; \* and \\ stand for themselves
//	in(field, "a", "b")       !in(field, "a", "b")       is one of, each compared as text
//	before(field, "2026-01-31")                          dates; also after(…)
//	segment("seg_1")          !segment("seg_1")          the person is in the segment
//	did("Signed Up")          !did("Signed Up")          the person did so at least once, or never
//	did("Signed Up", within 30 days) >= 3                counted in a time; also =, <=, <, >
//
// Text stands in double or single quotes; \" \\ \n \t \r are escapes, any other backslash is itself. The
// words and, or are joined by parentheses; both in one group without parentheses are an error, because
// readers (and Segment) disagree on which goes first. An empty text is the condition every event meets.
//
// # Rules
//
// Null and missing are the same. They meet !=, !in, = null, and nothing else: not !contains, not !match.
//
// = "text" is met by that very text (case counts), by a number whose text it is (as it was sent, or in plain
// decimal digits: 5, 5.0 and 5e0 all meet = "5"), and by the booleans' "true" and "false". = 5 is met by
// numbers only, exactly at any size (5.0 meets it, the text "5" does not); = true by the boolean only. No list
// and no object equals anything. != is met exactly when = is not. type, event and the other fields without a
// path are text, so userId = 123 is read as userId = "123".
//
// <, <=, >, >= take numbers and, as Segment does, text that is a number (" 12.5 "). Unlike Segment, what is
// empty, null, true or false is not taken for 0 or 1: it meets none of them.
//
// contains and match, and their negations, are met by text only.
//
// before and after take ISO 8601 dates and times (UTC where no offset is given) and numbers, which are Unix
// seconds, or milliseconds from 100,000,000,000 on. Before a day is before its first moment; after a day is
// from the first moment of the next one. Days are UTC days.
//
// # Deeds
//
// did counts the track events of this very name that the person sent: all of them, or those within a span of
// minutes, hours, days (of 24 hours) or weeks before the present. Where spans are asked for, time alone changes
// answers; see [Condition.Until]. Deeds are counted for segments and campaigns only: see [Scope].
//
// # Normal form
//
// The text of a group with one child is the text of the child, and an empty group asks nothing and has no
// text. Parse therefore returns trees in normal form: the root is a group, other groups have two children or
// more. For trees in normal form Parse(c.String()) is an equal tree; for any other it is one that is met by
// exactly the same events.
//
// # Where to read
//
// condition.go is the tree, field.go and operator.go what clauses are made of; scan.go, parse.go,
// parse_clause.go and parse_deed.go read text and text.go writes it; evaluate.go holds the rules, with decimal.go and moment.go
// for exact numbers and times; deed.go and span.go count what people did; verdict.go and sentence.go tell people; builder.go and
// builder_form.go are the builder; scope.go says which fields can be asked for where. They share one table of fields and operators, and a new operator must be told to all of them: that
// is why they are one package, though a large one.
package condition
