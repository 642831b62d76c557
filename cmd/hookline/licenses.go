package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"hookline/static"
)

var errNoNotices = errors.New("this binary was compiled without its notices: build it with make")

func licensesCommand() command {
	return command{
		name: "licenses", line: "print the licences of what is inside",
		about:   "Prints the licences of Go, of the modules, and of the code, style, icons and\nfonts for browsers that are in this program.",
		example: "hookline licenses | less",
		prepare: func(*flag.FlagSet) runner {
			return func(_ context.Context, args []string, s streams) error {
				if err := noMore(args, 0); err != nil {
					return err
				}
				if static.Notices() == "" {
					return errNoNotices
				}
				_, err := fmt.Fprint(s.out, static.Notices())
				return err
			}
		},
	}
}
