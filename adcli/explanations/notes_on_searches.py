"""Notes of fits, minima, roots and uncertainties: what they mean, and what to do."""

from __future__ import annotations

from adcli.explanations.explanation import Explanation

_DATA = ("data.csv", "x,y\n0,1.0\n1,3.1\n2,4.9\n3,7.2\n4,8.9\n")

NOTES_ON_SEARCHES = (
    Explanation(
        "no-start",
        "No start was given for some parameters, so adcli took one.",
        "A search needs a place to begin. For a model that is linear in its parameters any start "
        "leads to the same end; for others a bad one may lead elsewhere.",
        "Give --start with a rough guess.",
        'adcli fit "y = a + b*x" --data data.csv',
        'adcli fit "y = a + b*x" --data data.csv --start a=1,b=1',
        _DATA,
        begins="no start was given for ",
    ),
    Explanation(
        "constant-in-model",
        "A name in the model is a constant, which may have been meant as a parameter.",
        "e is 2.71828 and tau is 2*pi, as in Python's math, unless the name is given a value: a "
        "number in the place of the parameter makes another model.",
        "Give the parameter a start, or another name.",
        'adcli fit "y = a + e*x" --data data.csv --start a=1',
        'adcli fit "y = a + e*x" --data data.csv --start a=1,e=1',
        _DATA,
        begins=r"(?:e|tau) is the constant ",
    ),
    Explanation(
        "not-converged",
        "The search did not come to an end.",
        "The iterations were not enough, no step made the sum or the value smaller, or the "
        "Jacobian became singular, so that some parameters cannot be told apart.",
        "Try another start, or allow more iterations with --max-iterations. At a kink write the "
        'pieces as constraints: minimize t --subject-to "t >= x" --subject-to "t >= -x" '
        "for abs(x).",
        'adcli minimize "(1-x)^2 + 100*(y-x^2)^2" --at x=-1.2,y=1 --method gradient-descent '
        "--max-iterations 3",
        begins="not converged: |.*the minimum may be far away",
    ),
    Explanation(
        "nothing-printed",
        "The search did not converge, and --format plain prints nothing then.",
        "A script would take the place where the search gave up for the answer.",
        "See where it ended without --format plain, and start elsewhere.",
        'adcli root "x^2 = -2" --at x=1 --format plain',
        'adcli root "x^2 = 2" --at x=1 --format plain',
        begins="--format plain prints nothing",
    ),
    Explanation(
        "joined-parameter",
        "A parameter has a name that looks like a product with a column of the data.",
        "ax is one name. Since nothing else in the model uses the column x, a*x may have been "
        "meant.",
        "Write the product with an asterisk.",
        'adcli fit "ax + b" --data data.csv --start ax=1,b=1 --y y',
        'adcli fit "a*x + b" --data data.csv --start a=1,b=1 --y y',
        _DATA,
        begins=r"\S+ is one parameter, and the column ",
    ),
    Explanation(
        "not-determined",
        "The model does not depend on this parameter here.",
        "Its column of the Jacobian is 0, so that any value of it fits as well.",
        "Fix the parameter with --fix, or start elsewhere.",
        'adcli fit "y = a + 0*b*x" --data data.csv --start a=1,b=1',
        'adcli fit "y = a + b*x" --data data.csv --start a=1,b=1',
        _DATA,
        begins="not determined: ",
    ),
    Explanation(
        "at-bound",
        "A parameter ended at its bound, so it has no standard error.",
        "The data would have it beyond the bound. The usual standard errors suppose a minimum "
        "inside.",
        "Ask whether the bound is right.",
        'adcli fit "y = a + b*x" --data data.csv --start a=1,b=1 --bound b=0:1',
        'adcli fit "y = a + b*x" --data data.csv --start a=1,b=1 --bound b=0:9',
        _DATA,
        begins=r"\S+ is at its bound",
    ),
    Explanation(
        "correlated",
        "Two parameters can hardly be told apart.",
        "A change of one is made good by a change of the other, so each of them alone is known "
        "badly.",
        "Fix one of them, or write the model with other parameters.",
        'adcli fit "y = a + b*(x + 100)" --data data.csv --start a=1,b=1',
        'adcli fit "y = a + b*(x - 2)" --data data.csv --start a=1,b=1',
        _DATA,
        begins=r"\S+ and \S+ can hardly be told apart",
    ),
    Explanation(
        "no-degrees-of-freedom",
        "There are no more rows than parameters, so there are no standard errors.",
        "The curve goes through every point, and nothing is left that says how good the data are.",
        "Take more data, or a model with fewer parameters.",
        'adcli fit "y = a + b*x" --data data.csv --start a=1,b=1',
        "",
        ("data.csv", "x,y\n0,1\n1,3\n"),
        begins="there are no more rows than parameters",
    ),
    Explanation(
        "exact-fit",
        "The model goes through every point, so the standard errors are 0.",
        "Standard errors are estimated from how far the data are from the model. Data without any "
        "scatter were computed, or rounded so that no scatter is left.",
        "If the data are rounded, give their uncertainty with --sigma.",
        'adcli fit "y = a + b*x" --data data.csv --start a=1,b=1',
        "",
        ("data.csv", "x,y\n0,1\n1,3\n2,5\n"),
        begins="the fit is exact: ",
    ),
    Explanation(
        "no-prediction",
        "There are no intervals of prediction, for sigma is not known in the rows to predict.",
        "An observation scatters about the model by its own sigma. Where sigma differs between the "
        "rows of the fit, the file of --predict has to say it for its rows.",
        "Add the columns that --sigma names to the file of --predict.",
        'adcli fit "y = a + b*x" --data data.csv --start a=1,b=1 --sigma s --predict new.csv',
        'adcli fit "y = a + b*x" --data data.csv --start a=1,b=1 --sigma s --predict data.csv',
        ("data.csv", "x,y,s\n0,1.0,0.1\n1,3.1,0.2\n2,4.9,0.1\n3,7.2,0.3\n"),
        begins="no interval of prediction: ",
        other_file=("new.csv", "x\n4\n5\n"),
    ),
    Explanation(
        "robust-loss",
        "Standard errors are approximate with this loss.",
        "A robust loss gives outliers less weight; the formula for standard errors is that of "
        "least squares.",
        "Compare with the errors without --loss.",
        'adcli fit "y = a + b*x" --data data.csv --start a=1,b=1 --loss huber',
        'adcli fit "y = a + b*x" --data data.csv --start a=1,b=1',
        _DATA,
        begins="with the loss ",
    ),
    Explanation(
        "flat",
        "The Hessian is 0 along a direction: it does not tell whether this is a minimum.",
        "The second derivative of x^4 at its minimum is 0. Higher derivatives would decide.",
        "Look at the function with `adcli plot`, or at `adcli taylor` with a higher order.",
        'adcli minimize "x^4 + y^2" --at x=0,y=0 --method gradient-descent',
        'adcli minimize "x^2 + y^2" --at x=0,y=0 --method gradient-descent',
        begins="the Hessian is 0 along a direction",
    ),
    Explanation(
        "saddle",
        "The search ended at a saddle: the value falls along a direction.",
        "The gradient is 0 there, but the Hessian has a negative eigenvalue.",
        "Start beside it.",
        'adcli minimize "x^2 - y^2" --at x=1,y=0 --method gradient-descent',
        'adcli minimize "x^2 + y^2" --at x=1,y=0 --method gradient-descent',
        begins="this is no m",
    ),
    Explanation(
        "active-constraint",
        "The constraint holds with equality, and this is its multiplier.",
        "The multiplier of Karush, Kuhn and Tucker says how much the value would change if the "
        "constraint were moved by one.",
        "Nothing: this is what to report beside the point.",
        'adcli minimize "x^2 + y^2" --at x=1,y=1 --subject-to "x + y >= 1"',
        'adcli minimize "x^2 + y^2" --at x=1,y=1 --subject-to "x + y >= -1"',
        begins=".* is active: its multiplier is ",
    ),
    Explanation(
        "broken-constraint",
        "A constraint does not hold where the search ended.",
        "There may be no point at which all constraints hold.",
        "Check that the constraints can hold together, and start where they do.",
        'adcli minimize "x^2" --at x=0 --subject-to "x >= 1" --subject-to "x <= -1"',
        'adcli minimize "x^2" --at x=0 --subject-to "x >= 1"',
        begins="the constraint .* does not hold",
    ),
    Explanation(
        "several-starts",
        "How many of the searches converged, and to how many different points.",
        "With --starts the search begins at several points; each end is counted once.",
        "If many points were found, a better one may have been missed: take more starts.",
        'adcli minimize "(x^2-1)^2" --at x=0.5 --starts 3 --bound x=-2:2 --seed 1',
        begins=r"\d+ of \d+ starts converged",
    ),
    Explanation(
        "multiple-root",
        "The root is a multiple one: the function touches 0 without crossing it, or lies flat "
        "there.",
        "Newton's method is slow at such a root and loses half of the digits; so adcli looks for a "
        "root of the derivative of the right order.",
        "Nothing: the root has its digits.",
        'adcli root "(x-1)^2" --at x=3',
        'adcli root "x-1" --at x=3',
        begins="a root of (multiplicity|even)",
    ),
    Explanation(
        "flat-function",
        "The function is 0 all around: there is no one root.",
        "It is flat here, or its numbers are too small for doubles.",
        "Scale the equation.",
        begins="the function is 0 all around",
    ),
    Explanation(
        "no-root",
        "No root was found.",
        "In the interval the function keeps its sign, or changes it at a pole and not through 0; "
        "or Newton's method came to a place where the function is not 0 and gets no smaller.",
        "Look at the function with `adcli plot`, and choose another interval or start.",
        'adcli root "1/x" --bracket x=-1:2',
        'adcli root "x^3" --bracket x=-1:2',
        begins="no root(:| here:| was found)",
    ),
    Explanation(
        "roots-missed",
        "Roots that are close to each other may be missed.",
        "With --all the interval is cut into parts, and each part is searched for a change of "
        "sign.",
        "Take more parts, or a smaller interval.",
        'adcli root "sin(x)" --bracket x=1:10 --all',
        'adcli root "sin(x)" --bracket x=2:4',
        begins="roots that are closer to each other",
    ),
    Explanation(
        "no-sensitivity",
        "There is no sensitivity: the Jacobian is singular at the root.",
        "How the root moves with a parameter needs the inverse of the Jacobian.",
        "Nothing helps at a multiple root: it moves with infinite speed, or splits.",
        'adcli root "(x-a)^2" --at x=3,a=1 --wrt x --sensitivity a',
        begins="there is no sensitivity",
    ),
    Explanation(
        "not-linear",
        "The program is not linear over these uncertainties.",
        "First order takes the program for its tangent. The second order says how much that "
        "misses.",
        "Use --order 2, and --samples for a Monte Carlo test.",
        'adcli propagate "x^2" --at "x=1.0±0.8"',
        'adcli propagate "x^2" --at "x=1.0±0.8" --order 2',
        begins="the program is not linear over these uncertainties",
    ),
    Explanation(
        "two-observations",
        "Two observations of each input are always fully correlated.",
        "Through two points there is a line, so the correlation that is seen is 1 or -1 and says "
        "nothing. Uncertainties may cancel wholly by it.",
        "Observe more often, or say the correlation.",
        'adcli propagate "x/y" --data data.csv',
        'adcli propagate "x/y" --data data.csv --correlation x,y=0',
        ("data.csv", "x,y\n1.0,2.0\n1.1,2.1\n"),
        begins="two observations are always fully correlated",
    ),
    Explanation(
        "monte-carlo",
        "Monte Carlo does not agree with the series.",
        "The samples know the whole function; the series know its first or second derivatives.",
        "Believe the samples.",
        'adcli propagate "exp(x)" --at "x=1.0±2.0" --samples 10000 --seed 1 --order 2',
        'adcli propagate "2*x" --at "x=1.0±0.1" --samples 10000 --seed 1',
        begins="Monte Carlo does not agree",
    ),
    Explanation(
        "samples-without-value",
        "The program has no finite value at some of the samples.",
        "The uncertainty reaches beyond the domain of the program.",
        "Ask whether the distribution of the input is right there.",
        'adcli propagate "log(x)" --at "x=1.0±0.5" --samples 10000 --seed 1',
        'adcli propagate "log(x)" --at "x=1.0±0.1" --samples 10000 --seed 1',
        begins="the program has no finite value at ",
    ),
    Explanation(
        "no-elasticity",
        "The value is 0, so there are no elasticities.",
        "An elasticity is a change in per cent of the value for one per cent of the input.",
        "Look at the derivatives.",
        'adcli sensitivity "x - y" --at x=1,y=1',
        'adcli sensitivity "x - y" --at x=2,y=1',
        begins="the value is 0",
    ),
    Explanation(
        "zero-input",
        "One per cent of an input that is 0 is nothing.",
        "So its column says 0 though the input may matter.",
        "Look at the derivative by it.",
        'adcli sensitivity "x + y" --at x=0,y=1',
        'adcli sensitivity "x + y" --at x=1,y=1',
        begins="one per cent of 0",
    ),
    Explanation(
        "moved-to-curve",
        "The point was moved to the curve.",
        "A point with rounded numbers lies beside the curve of the equation; the derivative is "
        "that of the point on it.",
        "Nothing: the note has the number that was used.",
        'adcli implicit "x^2 + y^2 = 25" --of y --at x=3,y=4.0001',
        'adcli implicit "x^2 + y^2 = 25" --of y --at x=3,y=4',
        begins="the point was moved to the curve",
    ),
)
