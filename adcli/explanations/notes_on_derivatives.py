"""Notes beside values, derivatives, formulas and traces: what they mean, and what to do."""

from __future__ import annotations

from adcli.explanations.explanation import Explanation

NOTES_ON_DERIVATIVES = (
    Explanation(
        "kink",
        "The function has a kink here: its slopes to the left and to the right differ.",
        "abs, max, min and comparisons join pieces. Where two pieces meet, reverse and forward "
        "mode differentiate the one that the program takes; the note has the slopes to both "
        "sides. A tie is a place of that kind that could not be followed to both sides.",
        "If the number is for a search or a fit, any value between the two slopes will do. For a "
        "unique derivative choose a point beside the kink.",
        'adcli grad "abs(x)" --at x=0',
        'adcli grad "abs(x)" --at x=1',
        begins="(kink|tie) at ",
    ),
    Explanation(
        "lost-digits",
        "Rounding before this place makes most digits of the answer wrong.",
        "Where nearly equal numbers are subtracted their leading digits cancel, and what rounding "
        "did to the last ones is left; numbers below 2e-308 have few digits. The program ran again "
        "with every rounded result moved in its last place, and the answers moved as far as the "
        "note says. Programs with loops, branches or calls are not looked at.",
        "Write the formula so that nothing cancels: 2*sin(x/2)^2 for 1 - cos(x), expm1(x) for "
        "exp(x) - 1, log1p(x) for log(1 + x), or its Taylor polynomial.",
        'adcli grad "(1 - cos(x))/x^2" --at x=1e-8',
        'adcli grad "2*sin(x/2)^2/x^2" --at x=0.0001',
        begins="digits are lost at ",
    ),
    Explanation(
        "no-derivative",
        "The formula has a value at these places, and the function has no derivative there.",
        "abs, max, min and choices join pieces that meet at an angle; floor, sign and % jump. The "
        "formula is right on both sides of such a place. The place was enclosed between two "
        "points, and the values beside it are not the same on both sides.",
        "Use the formula beside these places; adcli grad at one of them has the slopes to both "
        "sides.",
        'adcli diff "abs(x)"',
        'adcli diff "x*abs(x)"',
        begins="(no derivative (at places )?where |the derivative where .* is not known)",
    ),
    Explanation(
        "power-of-one",
        "A power of 1 is divided, where a root may have been meant.",
        "A power binds stronger than a division: x^1/2 is (x^1)/2, half of x, as in Python. Spaces "
        "make no difference.",
        "For the root put the exponent in brackets, or write sqrt or cbrt.",
        'adcli eval "x^1/2" --at x=4',
        'adcli eval "x^(1/2)" --at x=4',
        begins=r"\S+-?1/\S+ is \(",
    ),
    Explanation(
        "list-repeated",
        "A list is repeated where its entries may have been meant to be multiplied.",
        "In Python 2*[x, y] is [x, y, x, y]. Arrays of NumPy and vectors of adcli's own language "
        "are multiplied entry by entry.",
        "For a product of each entry write [2*v for v in values], or np.array(values)*2.",
        "adcli grad twice.py --at x=1,y=2",
        'adcli grad "sum(2*[x, y])" --at x=1,y=2',
        ("twice.py", "def f(x, y):\n    return sum(2*[x, y])\n"),
        begins=r"line \d+: a list times a number",
    ),
    Explanation(
        "removable",
        "The formula has no derivative here, but the function has a limit, which is the answer.",
        "The chain rule meets 0 times infinity or two branches that agree; derivatives to both "
        "sides are the same, so the derivative is their limit.",
        "Nothing: the derivative is right.",
        'adcli grad "1 if x == 0 else (exp(x) - 1)/x" --at x=0',
        'adcli grad "1 if x == 0 else (exp(x) - 1)/x" --at x=1',
        begins="removable singularity at ",
    ),
    Explanation(
        "nonfinite",
        "A number became infinite or nan, and this is where that began.",
        "With --nonfinite propagate such numbers pass, as IEEE arithmetic has it, and every number "
        "that is computed from them may be nan too.",
        "Look at the place that the note names; the error without --nonfinite propagate says why.",
        'adcli grad "x*log(x - y)" --at x=1,y=2 --nonfinite propagate',
        'adcli grad "x*log(x - y)" --at x=3,y=2 --nonfinite propagate',
        begins=r"(a value|the derivative) first became ",
    ),
    Explanation(
        "unused-input",
        "The point has a value for which the program has no input.",
        "The rest of the point is used. Often a name is spelled differently in the program.",
        "Leave the value out, or look at the names of the inputs.",
        'adcli grad "x^2" --at x=3,y=1',
        'adcli grad "x^2" --at x=3',
        begins="not used: ",
    ),
    Explanation(
        "unused-value",
        "The program computes a value that nothing uses.",
        "Its derivative is 0 for every input, so it changes no answer. A result that should have "
        "been returned, or a name that is spelled in two ways, looks like this.",
        "Use the value, remove the line, or let the name begin with an underscore.",
        "adcli grad f.ad --at x=2",
        "",
        ("f.ad", "def f(x):\n    y = x^2\n    z = sin(x)\n    return y\n"),
        begins=r"line \d+: the value of ",
    ),
    Explanation(
        "absent-input",
        "The program has no input of that name, so the derivative by it is 0.",
        "A formula without the variable is constant in it, and that is what calculus says.",
        "If another input was meant, the suggestion may be it.",
        'adcli diff "x^2" --wrt z',
        'adcli diff "x^2" --wrt x',
        begins=r"'.*' does not occur in the program",
    ),
    Explanation(
        "joined-name",
        "A name looks like a product or a call that was written as one word.",
        "Names may have many letters, so xy is one input and not x times y, and sinx is an input "
        "too. A number may stand before a name without a sign: 2x is a product.",
        "Write x*y for the product and sin(x) for the call. If it is one name, --wrt with all "
        "names says so.",
        'adcli diff "xy"',
        'adcli diff "x*y"',
        begins=r"'\w+' is one name; a (product|call) is |'d[yf]' and 'dx' are names; ",
    ),
    Explanation(
        "same-everywhere",
        "The formula is the same at every point.",
        "A point chooses a path where the program's course depends on it; this one does not.",
        "Leave --at out. `adcli grad` has the number at the point.",
        "adcli diff f.py --at x=1",
        "adcli diff f.py",
        ("f.py", "def f(x):\n    return x**3\n"),
        begins="the formula is the same at every point",
    ),
    Explanation(
        "path",
        "The formula holds on the path that the point takes.",
        "The program has branches or loops that depend on its inputs. The formula is that of the "
        "operations that ran at this point, and of points that take the same path.",
        "Give another point for the formula of another path.",
        "adcli diff f.py --at x=3",
        "",
        ("f.py", "def f(x):\n    while x > 1:\n        x = x / 2\n    return x * x\n"),
        begins="symbolic: the derivative holds on the path",
    ),
    Explanation(
        "nowhere",
        "The program has no value at any point, so neither has its derivative.",
        "It needs a condition that nothing meets, as asin(2) needs 2 <= 1.",
        "Look at the condition that the note names.",
        'adcli diff "asin(x - x + 2)"',
        'adcli diff "asin(x)"',
        begins="there is no value at any point",
    ),
    Explanation(
        "condition",
        "The formula holds under this condition.",
        "Simplification may give a formula that has a value where the program has none: x/x is 1, "
        "but not at 0. The condition excludes such points.",
        "Keep the condition with the formula.",
        'adcli diff "x*log(x)/x"',
        'adcli diff "sin(x)"',
        begins=r"(\S+(, \S+)*: )?for ",
    ),
    Explanation(
        "handled-exception",
        "The program handles an exception here, and close by none is raised.",
        "The derivative is that of the path taken, of the handler, which says nothing about what "
        "the function does beside the point.",
        "Differentiate at a point where the program does not fail, if the function beside it "
        "counts.",
        "adcli grad f.py --at x=0",
        "adcli grad f.py --at x=1",
        (
            "f.py",
            "import math\n\n\ndef f(x):\n    try:\n        return math.log(x)\n"
            "    except ValueError:\n        return 3.0 * x\n",
        ),
        begins="the program handles an exception at ",
    ),
    Explanation(
        "compared-only",
        "An input acts on the result by comparisons alone, in a loop.",
        "A search by halving adds up halves of its interval and only asks on which side of the "
        "middle the root lies. The halves that were kept do not move with the input, so the "
        "derivative of the path taken is 0, though the root that is found does move.",
        "Ask finite differences how the result moves, or differentiate the equation: adcli root "
        "with --sensitivity, or one step of Newton's method after the loop.",
        "adcli grad f.py --at k=2",
        "adcli grad f.py --at k=2 --backend finite-difference",
        (
            "f.py",
            "def f(k):\n    low, high = 0.0, 4.0\n    for i in range(60):\n"
            "        middle = (low + high) / 2\n        if middle * middle > k:\n"
            "            high = middle\n        else:\n            low = middle\n"
            "    return low\n",
        ),
        begins="a loop compares numbers with ",
    ),
    Explanation(
        "declared-derivative",
        "The trace goes through a function that declares its own derivative.",
        "A trace shows the operations that ran, so it differentiates these, and not by the rule "
        "that the function declares. `adcli grad` uses the rule.",
        "Compare with `adcli grad`; the two agree if the declared derivative is right.",
        "adcli trace f.py --at x=2",
        "adcli grad f.py --at x=2",
        (
            "f.py",
            "from adcli import derivative\n\n\ndef slope(x):\n    return 2 * x\n\n\n"
            "@derivative(x=slope)\ndef square(x):\n    return x * x\n\n\n"
            "def f(x):\n    return square(x) + x\n",
        ),
        begins="the trace goes through '",
    ),
    Explanation(
        "underflow",
        "Numbers of this trace are too small for a double.",
        "A product of very small factors became 0 in a row, though the whole derivative is not 0. "
        "`adcli grad` scales its numbers; the rows of a trace are those of the textbook.",
        "Believe the number in the note.",
        'adcli trace "(x*1e-200)*1e-200*1e300" --at x=1',
        'adcli trace "x*1e-100" --at x=1',
        begins="numbers of this trace are too small",
    ),
    Explanation(
        "trace-at-kink",
        "The rows of this trace end in another derivative than there is.",
        "A row applies the chain rule to one operation, and at a kink takes one side. Where two "
        "operations have kinks at the same place, as in max(x, 0) - max(-x, 0), which is x, their "
        "rows add up to a wrong slope. `adcli grad` follows the program to both sides.",
        "Believe the number in the note.",
        'adcli trace "max(x,0)-max(-x,0)" --at x=0',
        'adcli trace "max(x,0)-max(-x,0)" --at x=0.5',
        begins="the rows take one side of each kink",
    ),
    Explanation(
        "checkpointing",
        "A long loop was reversed by checkpointing.",
        "Reverse mode needs the numbers of every iteration. Instead of keeping all of them, a few "
        "states were kept and parts of the loop ran again (Griewank & Walther 2000).",
        "Nothing: the derivative is the same. --tape-memory allows more memory for less work.",
        "adcli grad f.py --at x=0.4 --backend reverse --engine native --tape-memory 20000",
        "adcli grad f.py --at x=0.4 --backend reverse --engine native",
        (
            "f.py",
            "def f(x):\n    for i in range(100000):\n        x = 3.5 * x * (1 - x)\n    return x\n",
        ),
        begins="what runs in lines? .* was reversed by checkpointing",
    ),
    Explanation(
        "ran-as-python",
        "The program ran as Python, though machine code would have been faster or was asked for.",
        "Machine code needs llvmlite. Where the program is so long that compiling it takes longer "
        "than running it, it stays in Python.",
        "If the note names llvmlite: pip install 'adcli[native]'.",
        begins="this ran as Python",
    ),
    Explanation(
        "one-sided-difference",
        "Finite differences were taken in a special way here.",
        "The function has no values to one side, the step had to become smaller, or the slopes to "
        "both sides differ, so that a central difference would be their mean.",
        "Use --backend forward or reverse, which have no step, or choose a point inside the "
        "domain.",
        'adcli grad "1e6 + sin(x) + 0*sqrt(1e-5 + x)" --at x=1e-8 --backend finite-difference',
        'adcli grad "sin(x)" --at x=1e-8 --backend finite-difference',
        begins=r"\S+: (the slope is |the step was reduced|from the (left|right) only)",
    ),
    Explanation(
        "estimated-error",
        "So much may finite differences be off.",
        "A difference quotient has an error from its step and one from rounding. The estimate has "
        "both; the exact backends have neither.",
        "Use --backend forward or reverse for all digits.",
        'adcli grad "sin(x)" --at x=1 --backend finite-difference',
        'adcli grad "sin(x)" --at x=1',
        begins="estimated errors: ",
    ),
    Explanation(
        "reference",
        "Errors are counted from this derivative.",
        "It has 50 digits where mpmath is installed, else it is that of reverse mode.",
        "Nothing: this says what the table compares with.",
        'adcli convergence "sin(x)" --at x=1',
        begins="the reference is ",
    ),
    Explanation(
        "no-picture",
        "The format has a table and no picture.",
        "Markdown, LaTeX and HTML get the table that stands below the plot.",
        "Write the picture into a file of its own, -o plot.svg or -o plot.png, and include that.",
        'adcli plot "sin(x)" --over x=-4:4 --format latex',
        'adcli plot "sin(x)" --over x=-4:4 --format svg',
        begins=r"\w+ has the table without the picture",
    ),
    Explanation(
        "no-complex-step",
        "There is no complex step here.",
        "The complex step evaluates the program at x + ih, and an operation of this program is not "
        "known for complex arguments.",
        "Look at the other schemes of the table.",
        'adcli convergence "j0(x)" --at x=1',
        'adcli convergence "sin(x)" --at x=1',
        begins="there is no complex step",
    ),
    Explanation(
        "drawn-point",
        "The test was done at a point that adcli drew.",
        "No point was given, so one of the program's domain was drawn at random.",
        "Give --at to test at a point of your own.",
        'adcli check "x*sin(x)"',
        'adcli check "x*sin(x)" --at x=1',
        begins="tested at ",
    ),
    Explanation(
        "sparsity",
        "The size of the Jacobian, and how few sweeps it took.",
        "Columns that share no row can be found in one sweep; each group of them has a colour "
        "(Curtis, Powell & Reid 1974).",
        "Nothing: this says what was saved.",
        'adcli jac "[x[0]^2, x[1]^3]" --at x=[1,2] --sparsity',
        'adcli jac "[x[0]^2, x[1]^3]" --at x=[1,2]',
        begins=r"\d+ rows?, \d+ columns?, ",
    ),
    Explanation(
        "nothing-to-plot",
        "The function has no finite value in the interval.",
        "There is no point to draw: the whole interval is outside the domain.",
        "Choose another interval with --over.",
        'adcli plot "log(x)" --over x=-2:-1',
        'adcli plot "log(x)" --over x=1:2',
        begins="there is no finite value between ",
    ),
    Explanation(
        "page-numbers",
        "The page cannot compute some operations itself.",
        "The page of `adcli explore` computes in the browser, and JavaScript lacks some functions. "
        "Their rows keep the numbers of the point.",
        "Nothing, as long as you do not move the inputs of these rows.",
        begins=r"The page cannot compute |[\d,]+ rows? in the middle (is|are) left out",
    ),
)
