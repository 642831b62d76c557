// Package ingest accepts calls from sources and appends them durably to the
// event log. It knows nothing of HTTP: a call is bytes and who sent them.
//
// What is taken, and how, follows Segment's tracking API. Where that says
// nothing these rules hold:
//
//   - Ids and event names are texts. A number stands for the digits that were
//     sent; null and blanks are the same as nothing; any other JSON is refused.
//   - A call without a messageId gets one, so it is never taken for a duplicate.
//   - A call is about somebody: it has a userId or an anonymousId; identify and
//     track may have an e-mail address in traits.email instead.
//   - The event happened at originalTimestamp, else at timestamp, moved by as
//     much as the sender's clock (sentAt) differed from ours. A time that cannot
//     be read counts as none, and an event without a time happened when it came.
//   - What a batch says in context and integrations is merged under each item's
//     own, one level deep.
//   - Of a name that comes twice in a call the last value counts.
//   - Text that UTF-8 or SQL cannot hold (broken bytes, half a surrogate pair,
//     NUL) becomes U+FFFD. Raw control characters are no JSON, and refused.
//   - Numbers keep their digits, however many; everything unknown is kept.
//   - The write key is never stored with an event.
//   - Sizes are those of compact JSON; see Limits.
package ingest
