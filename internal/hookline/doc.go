// Package hookline is the vocabulary of Hookline: its nouns, what makes each
// of them valid, how their states change, and the one Error type.
//
// It imports the standard library only, and everything else imports it. One
// word per thing:
//
//	source       where events come from; has a write key
//	event        one call that came in: identify, track, page, screen, group, alias
//	rejection    an item of a batch that could not be taken, kept with the reason
//	person       somebody with an id, anonymous ids, attributes
//	destination  a named receiver with sources connected, a shared secret, and actions
//	action       inside a destination: a trigger and a template
//	version      an action as somebody saved it; the newest is in use
//	trigger      the condition that makes an action send
//	template     method, URL, headers and body in Liquid
//	request      what a template became for one event and person: finished bytes, not yet signed
//	delivery     a request we owe; it has a state, an origin, an idempotency key
//	attempt      one try of a delivery: what was sent, what came back, how long it took
//	outcome      how an attempt ended: delivered, retry at, failed because
//	failure      deliveries of one action that failed in the same way, to be repaired as one
//	retry        another attempt, asked by the engine
//	resend       another attempt, asked by a person
//	run          many resends, one stretch after the other, by one wish
//	hold         why a destination is not sent to now; what it owes waits
//	pause        a person's wish that a destination holds, until another resumes it
//	segment      a saved condition over people; people enter and leave it
//	campaign     a trigger and ordered steps
//	step         one of them: webhook, wait, attribute update, branch, exit
//	journey      one person's way through one campaign
//	draft        a delivery that waits for a person to press Send
//	shortcut     a template run by hand for one person
//	signing key  the workspace's key for X-CIO-Signature
//	reporting webhook  a receiver that is told how deliveries ended
//	report       one thing that a reporting webhook is told
//	bin          a built-in receiver that shows what was sent to it
//	token        what a program shows to use the management API; its scope mirrors a role
//	replay       the answer to a creating call, kept for who repeats the call
package hookline
