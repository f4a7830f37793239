import type { Rules } from './grammar.ts';

/** Whole template files; see grammar.ts for how to read them. */
export const STATEMENTS: Rules = {
  body: `
    *4 <statement>
    *3 <statement><GAP><body>
    *2 <PLAIN><statement>
    <statement><PLAIN><body>
    <PLAIN>
    {% set v1 = <text> %}<GAP><body v1:text>
    {% set v1 = <int> -%}<GAP><body v1:int>
    {% set v2 = <list> %}<GAP><body v2:list>
    {% set v2 = <texts> %}<GAP><body v2:texts>
    {% set v3 = <dict> %}<GAP><body v3:dict>
    {% set v1, v2 = <text>, <list> %}<body v1:text v2:list>
    {% set v1, v2 = <tuple> %}<body v1:any v2:any>
    {%- set v1 %}<body>{% endset %}<GAP><body v1:text>
    {% set v1|upper|trim %}<body>{% endset +%}<GAP><body v1:text>
    {% set ns = namespace(x=<int>, y=<text>) %}<GAP><body ns.x:int ns.y:text ns:namespace>
    {% set ns = namespace(<dict>) %}<body ns:namespace>
    *2 {% macro m1(a, b=<text>) %}<body a:text b:text>{% endmacro %}<GAP><body m1:macro>
    {% macro m2() -%}<body varargs:list kwargs:dict>{{ varargs|length }}{{ kwargs }}{%- endmacro %}<GAP><body m2:macro>
    {% macro m3(a=<int>, b=a) %}<body a:any b:any>{{ caller(a, b) if caller is defined }}{% endmacro %}<GAP><body m3:macro>
    {% macro m4(a, b) %}[{{ caller(b) }}|{{ caller(a) }}]{{ caller() }}{% endmacro %}<GAP><body m4:macro>
    {% macro m5(x) %}{{ x }}{% if x > 0 %}{{ m5(x - 1) }}{% endif %}{% endmacro %}{{ m5(<SMALL>) }}<GAP><body>
    {% macro m6(a) %}<body a:any caller():text>{% endmacro %}{% call m6(<any>) %}<body m6:macro>{% endcall %}
    {% import "macros.txt" as mod %}{{ mod.hello(<any>) }}{{ mod.konst }}<body mod.hello:macro mod.konst:int>
    {% from "macros.txt" import hello, konst as k %}<body hello:macro k:int>
    {% from "macros.txt" import ctx with context %}{{ ctx() }}<body>
    {% import "macros.txt" as mod without context %}{{ mod.ctx() }}<body>
    {% set counter = cycler(<text>, <int>) %}<body counter.next():any counter.current:any>
    {% set sep = joiner(<TEXT>) %}{{ sep() }}<body sep():text>
  `,
  statement: `
    *8 {{ <any> }}
    *3 {{ <text> }}
    *2 {{- <any> -}}
    {{ <list> }}
    {{ <dict> }}
    {{ <number> }}
    {{ <guarded> }}
    {{ <TEXT> if <bool> }}
    *2 {% if <bool> %}<body>{% endif %}
    {% if <any> %}<body>{% elif <bool> %}<body>{% else %}<body>{% endif %}
    {%- if <bool> -%}<GAP><body><GAP>{%- else -%}<GAP><body>{%- endif -%}
    {%+ if <bool> %}<GAP><body>{%+ endif %}
    *2 {% for x in <list> %}<body x:any loop.index:int loop.first:bool>{% endfor %}
    {% for x in <texts> %}<body x:text loop.index0:int loop.last:bool>{% else %}<body>{% endfor %}
    {% for x in <numbers> -%}<GAP>{{ x }}{{ "," if not loop.last }}<GAP>{%- endfor %}
    {% for x in <numbers> if x is number and x > <int> %}<body x:int loop.length:int loop.revindex:int loop.revindex0:int>{% endfor %}
    {% for x in <list> if <bool x:any> %}<body x:any loop.index:int>{% endfor %}
    {% for k, v in <(dict)>.items() %}<body k:text v:any loop.index:int>{% endfor %}
    {% for k, v in <(dict)>|dictsort %}{{ k }}={{ v }}<GAP>{% endfor %}
    {% for k, v in <pairs> %}<body k:any v:any>{% endfor %}
    {% for u in <records> %}<body u:dict u.name:text u.uid:int u.groups:texts loop.first:bool>{% endfor %}
    {% for x in <list> %}{{ loop.changed(x) }}{{ loop.cycle("a", "b") }}{{ loop.previtem|default("-") }}{{ loop.nextitem|default("-") }}{% endfor %}
    {% for x in <list> %}{% for y in <list x:any> %}<body x:any y:any loop.index:int>{% endfor %}{{ loop.index }}{% endfor %}
    {% for x in [<list>, [<list>, <any>]] recursive %}{% if x is sequence and x is not string %}({{ loop(x) }}){% else %}{{ x }}@{{ loop.depth }}{{ loop.depth0 }}{% endif %}{% endfor %}
    {% for x in <list> %}{% if loop.index > 2 %}{% break %}{% endif %}{{ x }}{% endfor %}
    {% for x in <list> %}{% if loop.first %}{% continue %}{% endif %}{{ x }}{% endfor %}
    {% for x in <text> %}{{ loop.index }}{{ x }}{% endfor %}
    {% for x in range(<SMALL>) %}<body x:int loop.revindex:int>{% endfor %}
    {% for x in <tuple> %}<body x:any>{% endfor %}
    {% for x in <list> %}{% set v1 = x %}{% endfor %}{{ v1|default("unset") }}
    {% for x in <list> %}{% set ns.x = x %}{% endfor %}{{ ns.x }}
    {% set <namespace>.x = <any> %}{{ ns.x }}
    {% set <namespace>.z %}<body>{% endset %}{{ ns.z }}
    {% do <(list)>.append(<any>) %}
    {% set v4 = [<any>] %}{% do v4.append(<any>) %}{% do v4.extend(<list>) %}{{ v4 }}
    {% set v4 = [<int>, <int>] %}{% do v4.insert(<INDEX>, <any>) %}{{ v4.pop(<INDEX>) }}{% do v4.reverse() %}{{ v4 }}
    {% set v5 = <dict> %}{% do v5.update(<dict>) %}{{ v5 }}
    {% set v5 = {<key>: <any>} %}{{ v5.setdefault(<key>, <any>) }}{% do v5.update(a=<any>) %}{{ v5.pop(<key>, none) }}{{ v5 }}
    {% with a = <any>, b = <any> %}<body a:any b:any>{% endwith %}
    {% with %}<body>{% endwith %}
    {% filter upper %}<body>{% endfilter %}
    {% filter indent(<small!>, true)|trim %}<body>{% endfilter %}
    {% filter replace(<WORD>, <text>) %}<body>{% endfilter %}
    {% call <macro>(<any>) %}<body>{% endcall %}
    {% call(p, q=<text>) <macro>(<any>, <any>) %}<body p:any q:text>{% endcall %}
    {% call(p) <macro>(<any>) %}{{ p }}{% endcall %}
    {% include "inc.txt" %}
    {% include "inc_var.txt" %}
    {% set v = <any> %}{% include "inc_var.txt" %}
    {% set v = <any> %}{% include "inc_var.txt" without context %}
    {% for v in <list> %}{% include "inc_var.txt" %}{% endfor %}
    {% include ["nothere.txt", "inc.txt"] %}
    {% include "nothere.txt" ignore missing %}
    {% include <text> ignore missing with context %}
    {% extends "base.txt" %}{% block a %}<body>{% endblock %}
    {% extends "mid.txt" %}{% block b %}<body>{{ super() }}{% endblock b %}{% block a %}{{ super() }}{% endblock %}
    {% block c %}<body>{% endblock %}{{ self.c() }}
    {% block c scoped %}<body>{% endblock %}
    {% raw %}<PLAIN>{{ x }}{% if %}<GAP>{% endraw %}
    {%- raw -%}<GAP>{% a %}<GAP>{%- endraw -%}
    {# <PLAIN> #}
    {#- <PLAIN> -#}
    {% autoescape true %}<body>{% endautoescape %}
    {% autoescape false %}{{ <text> }}{% endautoescape %}
    {{ <macro>(<any>) }}
    {{ <macro>.name }}{{ <macro>.arguments }}{{ <macro>.catch_kwargs }}
  `,
};
