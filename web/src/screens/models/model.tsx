/**
 * One model portfolio: its next version for who may publish it, and for others what it is; and a new one.
 *
 * In: its name, in the address. Out: what is published, and an editor over exactly that.
 */
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { modelPortfolio, type KeptModel } from "../../api/model-portfolios";
import { Answer, Empty, Note, Panel } from "../../parts/panel";
import { several } from "../../text/figures";
import { onDay } from "../../text/times";
import { ModelEditor } from "./editor";
import { Target } from "./models";
import { Removal } from "./removal";
import { SecuritiesOf } from "./securities";
import "./models.css";

export function NewModelScreen() {
    return (
        <>
            <header className="screen-head">
                <div>
                    <h1>New model portfolio</h1>
                    <p className="quiet lead">Nothing counts before it is published, and nobody follows it at first.</p>
                </div>
                <All />
            </header>
            <ModelEditor kept={null} />
        </>
    );
}

export function ModelScreen() {
    const { model: name } = useParams({ from: "/models/$model" });
    const found = useQuery(modelPortfolio(name));
    return (
        <>
            <header className="screen-head">
                <div>
                    <h1>{name}</h1>
                    <p className="quiet lead">{found.data ? standing(found.data) : "A model portfolio."}</p>
                </div>
                <All />
            </header>
            <Answer of={found} rows={10}>
                {(kept) =>
                    !kept ? (
                        <Empty
                            title="There is no model portfolio of this name"
                            why="It may be called differently, or nobody has published it yet."
                            action={
                                <Link to="/models" className="button">
                                    All model portfolios
                                </Link>
                            }
                        />
                    ) : kept.model.may_publish ? (
                        <>
                            <ModelEditor key={name} kept={kept} />
                            <Removal model={kept.model} />
                        </>
                    ) : (
                        <Shown kept={kept} />
                    )
                }
            </Answer>
        </>
    );
}

function standing({ model }: KeptModel): string {
    const followers =
        model.followers === 0
            ? "Nobody follows it yet"
            : several(model.followers, "household follows it", "households follow it");
    return `Version ${model.version}, published ${onDay(model.at)} by ${model.publisher || "somebody"}. ${followers}.`;
}

function All() {
    return (
        <div className="screen-actions">
            <Link to="/models" className="button">
                All model portfolios
            </Link>
        </div>
    );
}

function Shown({ kept }: { readonly kept: KeptModel }) {
    const { model } = kept;
    return (
        <div className="stack">
            <Note kind="plain">
                You may look at it and not change it. {model.maker || "Its maker"}, who made it, publishes the next
                version, and so does whoever may change every household.
            </Note>
            <Panel id="model-target" title="Target">
                {model.about ? <p className="quiet model-about">{model.about}</p> : null}
                <Target of={model} />
            </Panel>
            <SecuritiesOf kept={kept} />
        </div>
    );
}
