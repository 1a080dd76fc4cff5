// Package mail delivers the Kit's mails to an SMTP server.
//
// The words of a mail are the Kit's: number, subject and link, never values.
// Here they only get an envelope.
package mail
