package liquid_test

import (
	"context"
	"fmt"

	"hookline/internal/liquid"
)

func Example() {
	customer, err := liquid.DecodeObject([]byte(`{"name": "Kim \"K\" Lee", "plan": null, "id": 9007199254740993}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	tmpl, err := liquid.Compile(`{"who": "{{ customer.name }}", "all": {{ customer | replace: "=>", ":" }}, "x": "{{ customer.naem }}"}`, liquid.JSON)
	if err != nil {
		fmt.Println(err)
		return
	}
	res, err := tmpl.Render(context.Background(), liquid.Vars{"customer": customer}, liquid.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(res.Output)
	for _, w := range res.Warnings {
		fmt.Println(w)
	}
	// Output:
	// {"who": "Kim \"K\" Lee", "all": {"name":"Kim \"K\" Lee", "plan":null, "id":9007199254740993}, "x": ""}
	// line 1, column 85: customer.naem is missing and counts as nothing in {{ customer.naem }}
}

func ExampleCompile_mistake() {
	_, err := liquid.Compile("Dear {{ customer.first_name | upcsae }}", liquid.Text)
	fmt.Println(err)
	// Output: line 1, column 31: there is no filter "upcsae"; did you mean upcase?
}
