"""Topics of a course, each with its rule and a command that shows it at work."""

from __future__ import annotations

from adcli.explanations.explanation import Explanation


def _topic(name: str, says: str, story: str, example: str) -> Explanation:
    return Explanation(name, says, story, "", example, is_topic=True)


TOPICS = {
    e.code: e
    for e in (
        _topic(
            "chain rule",
            "The derivative of f(g(x)) is f'(g(x))*g'(x).",
            "The outer function is differentiated at the inner one, and the derivative of the "
            "inner one is a factor. Forward mode applies the rule to one operation after the "
            "other from the inputs on, reverse mode from the result back.",
            'adcli diff "sin(x^2)" --steps',
        ),
        _topic(
            "product rule",
            "The derivative of u*v is u'*v + u*v'.",
            "Each factor is differentiated once while the other one stays. A constant factor "
            "stays in front.",
            'adcli diff "x^2*sin(x)" --steps',
        ),
        _topic(
            "quotient rule",
            "The derivative of u/v is (u'*v - u*v')/v^2.",
            "It is the product rule for u and 1/v. Where the divisor is a power, the power rule "
            "with a negative exponent is shorter.",
            'adcli diff "(x^2 + 1)/(x - 1)" --steps',
        ),
        _topic(
            "power rule",
            "The derivative of x^n is n*x^(n - 1) for a constant n.",
            "The exponent may be negative or a fraction: 1/x is x^-1, sqrt(x) is x^(1/2). With "
            "the variable in the exponent the derivative of a^x is a^x*log(a).",
            'adcli diff "x^5 + sqrt(x)" --steps',
        ),
        _topic(
            "sum rule",
            "The derivative of u + v is u' + v'.",
            "Each term is differentiated by itself; a constant term is lost.",
            'adcli diff "x^3 + sin(x) + 5" --steps',
        ),
        _topic(
            "constant factor",
            "The derivative of c*u is c*u' for a constant c.",
            "A constant factor stays in front; a constant by itself has the derivative 0.",
            'adcli diff "3*sin(x)" --steps',
        ),
        _topic(
            "gradient",
            "The derivatives of one result by all inputs, as a vector.",
            "It points where the result grows fastest; where it is 0 there may be a minimum, a "
            "maximum or a saddle point. Several results have a Jacobian instead.",
            'adcli grad "x^2*y" --at x=1,y=2',
        ),
        _topic(
            "jacobian",
            "The derivatives of all results by all inputs, as a matrix.",
            "A row belongs to a result, a column to an input. Forward mode finds a column in one "
            "sweep, reverse mode a row.",
            'adcli jac "[x*y, x + y]" --at x=1,y=2',
        ),
        _topic(
            "hessian",
            "The second derivatives of one result by every two inputs, as a matrix.",
            "Its eigenvalues tell a minimum (all positive) from a maximum (all negative) and a "
            "saddle point (some of both) where the gradient is 0.",
            'adcli hess "x^2*y" --at x=1,y=2',
        ),
        _topic(
            "newton's method",
            "A zero of f is approached by steps of -f(x)/f'(x).",
            "Each step goes to where the tangent is 0. Near a simple zero the number of right "
            "digits doubles. Far from one a step may go too far, and is shortened. For a minimum "
            "the method looks for a zero of the gradient, with the Hessian as its derivative.",
            'adcli root "x^2 - 2" --at x=1',
        ),
        _topic(
            "gradient descent",
            "A minimum is approached by steps against the gradient.",
            "The length of a step is the learning rate times the gradient. If it is too great the "
            "steps go to and fro or away; if it is too small there are many of them.",
            'adcli minimize "(x - 1)^2" --at x=0 --method gradient-descent',
        ),
        _topic(
            "extremum",
            "A minimum or a maximum: no value nearby is smaller, or greater.",
            "Where there is a derivative it is 0 there. The second derivative tells which it is: "
            "positive at a minimum, negative at a maximum.",
            'adcli plot "x^3 - 3x" --over x=-2:2',
        ),
        _topic(
            "inflection",
            "A place at which a curve bends the other way: f'' changes its sign.",
            "f'' = 0 is not enough: x^4 has no inflection at 0. The slope has an extremum there.",
            'adcli plot "x^3 - 3x" --over x=-2:2 --derivatives 1',
        ),
        _topic(
            "hole",
            "A single point without a value, at which the limits from both sides agree.",
            "As of (x^2 - 1)/(x - 1) at 1 and of sin(x)/x at 0. With the limit as its value there "
            "the function is continuous: the singularity is removable.",
            'adcli plot "sin(x)/x" --over x=-5:5',
        ),
        _topic(
            "pole",
            "A place beside which the values grow without bound.",
            "The graph comes ever closer to a vertical line, an asymptote, as that of 1/x at 0.",
            'adcli plot "1/(x - 1)" --over x=-1:3',
        ),
        _topic(
            "finite differences",
            "A derivative is estimated from values: (f(x + h) - f(x))/h.",
            "A great step h leaves out the bend of the curve (truncation), a small one divides the "
            "rounding of the values by h. Central differences, (f(x + h) - f(x - h))/(2h), have "
            "an error of h^2 where forward ones have one of h.",
            'adcli convergence "sin(x)" --at x=1',
        ),
        _topic(
            "implicit differentiation",
            "Where F(x, y) = 0 defines y(x), dy/dx is -F_x/F_y.",
            "Both sides of the equation are differentiated by x with y as a function of x, and "
            "the result is solved for dy/dx. F_y must not be 0.",
            'adcli implicit "x^2 + y^2 = 25" --of y --steps',
        ),
        _topic(
            "taylor polynomial",
            "The polynomial about a that has the value of f and its derivatives at a.",
            "Its k-th coefficient is the k-th derivative at a, divided by k!.",
            'adcli taylor "exp(x)" --at x=0 --order 4 --coefficients',
        ),
        _topic(
            "forward mode",
            "Each operation computes a tangent, its derivative, beside its value.",
            "One sweep from the inputs to the result gives the derivatives of all results along "
            "one direction, such as one input.",
            'adcli trace "x*sin(x)" --at x=2',
        ),
        _topic(
            "dual numbers",
            "A dual number a + bε has a value a and a derivative b; ε^2 is 0.",
            "Computing with dual numbers is forward mode: f(a + bε) = f(a) + f'(a)*b*ε.",
            'adcli trace "x*sin(x)" --at x=2 --dual',
        ),
        _topic(
            "reverse mode",
            "Each value has an adjoint, the derivative of the result by it.",
            "The adjoints are computed from the result back to the inputs after the values are "
            "known. One sweep gives the derivatives of one result by all inputs. In machine "
            "learning this is called backpropagation.",
            'adcli trace "x*sin(x)" --at x=2 --mode reverse',
        ),
        _topic(
            "computational graph",
            "The operations of a program as nodes, with an edge from each to those that use it.",
            "The derivative of the result by an input is the sum over all paths between them of "
            "the products of the partial derivatives along a path.",
            'adcli graph "x*sin(x)" --at x=2',
        ),
    )
}

_OTHER_NAMES = {
    "chain": "chain rule",
    "product": "product rule",
    "leibniz rule": "product rule",
    "quotient": "quotient rule",
    "power": "power rule",
    "sum": "sum rule",
    "implicit": "implicit differentiation",
    "implicit function": "implicit differentiation",
    "taylor": "taylor polynomial",
    "taylor series": "taylor polynomial",
    "tangent": "forward mode",
    "tangents": "forward mode",
    "forward": "forward mode",
    "dual": "dual numbers",
    "dual number": "dual numbers",
    "reverse": "reverse mode",
    "adjoint": "reverse mode",
    "adjoints": "reverse mode",
    "backpropagation": "reverse mode",
    "backprop": "reverse mode",
    "graph": "computational graph",
    "constant factor rule": "constant factor",
    "constant multiple rule": "constant factor",
    "difference rule": "sum rule",
    "gradients": "gradient",
    "newton": "newton's method",
    "newton method": "newton's method",
    "newton raphson": "newton's method",
    "descent": "gradient descent",
    "learning rate": "gradient descent",
    "minimum": "extremum",
    "maximum": "extremum",
    "extrema": "extremum",
    "inflection point": "inflection",
    "point of inflection": "inflection",
    "holes": "hole",
    "removable singularity": "hole",
    "asymptote": "pole",
    "poles": "pole",
    "finite difference": "finite differences",
    "forward difference": "finite differences",
    "central difference": "finite differences",
    "difference quotient": "finite differences",
}


def topic_of(text: str) -> Explanation | None:
    """The topic of a name: chain rule, the chain rule, chain-rule, chain."""
    name = " ".join(text.lower().replace("-", " ").split()).removeprefix("the ")
    return TOPICS.get(_OTHER_NAMES.get(name, name))
